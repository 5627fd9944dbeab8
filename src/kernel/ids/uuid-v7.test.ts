import { manualClock } from '../clock/index.js';
import { createUuidV7 } from './uuid-v7.js';

const moment = 0x017f22e279b0;
const timeOf = (uuid: string) => Number.parseInt(uuid.slice(0, 12), 16);
const counterOf = (uuid: string) => Number.parseInt(uuid.slice(13, 16), 16);

describe('createUuidV7', () => {
  test('has time, version and variant where RFC 9562 puts them', () => {
    // Appendix A.6 of RFC 9562: 2022-02-22T19:22:22.000Z is 017f22e2-79b0-7….
    expect(createUuidV7(manualClock(moment))()).toMatch(/^017f22e279b07[0-7][0-9a-f]{2}[89ab][0-9a-f]{15}$/);
  });

  test('pads early moments', () => {
    expect(createUuidV7(manualClock(1))()).toMatch(/^0000000000017/);
  });

  test('counts within a millisecond and starts anew in the next', () => {
    const clock = manualClock(moment);
    const next = createUuidV7(clock);
    const [first, second] = [next(), next()];
    expect(counterOf(second)).toBe(counterOf(first) + 1);
    expect(timeOf(second)).toBe(moment);
    clock.advance(1);
    expect(timeOf(next())).toBe(moment + 1);
  });

  test('borrows the next millisecond when the counter is used up', () => {
    const next = createUuidV7(manualClock(moment));
    const made = Array.from({ length: 10_000 }, next);
    expect(made.toSorted()).toEqual(made);
    expect(timeOf(made.at(-1) ?? '')).toBeGreaterThan(moment);
    expect(timeOf(made.at(-1) ?? '')).toBeLessThanOrEqual(moment + 5);
  });

  test('keeps ascending when the clock steps back', () => {
    const clock = manualClock(moment);
    const next = createUuidV7(clock);
    const before = next();
    clock.advance(-60_000);
    expect(next() > before).toBe(true);
  });
});
