import { manualClock, systemClock } from './index.js';

describe('systemClock', () => {
  test('gives milliseconds of the machine', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('manualClock', () => {
  test('stands still until it is moved', () => {
    const clock = manualClock(1000);
    expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
    clock.advance(-1500);
    expect(clock.now()).toBe(0);
    clock.set(42);
    expect(clock.now()).toBe(42);
  });

  test('starts at a fixed moment of its own', () => {
    expect(new Date(manualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });
});
