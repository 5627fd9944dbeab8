import { ChangeClock } from './change-clock.js';
import { NameMemory, type NameReading } from './name-memory.js';

const reading = (value: string): NameReading<string> => ({ value, facts: [], validUntil: 1_000 });
const held = (memory: NameMemory<string>, names: readonly string[]): (string | undefined)[] => names.map((name) => memory.get('space', 'user', name, 0));

describe('what names stand for', () => {
  it('is held for the very Space, kind and name until its time is over', () => {
    const memory = new NameMemory<string>(new ChangeClock(), 8);
    memory.set('space', 'user', 'a', reading('A'), 0);
    expect(held(memory, ['a'])).toEqual(['A']);
    expect(memory.get('other', 'user', 'a', 0)).toBeUndefined();
    expect(memory.get('space', 'member', 'a', 0)).toBeUndefined();
    expect(memory.get('space', 'user', 'a', 1_000)).toBeUndefined();
  });

  it('forgets what was not used for longest when it is full', () => {
    const memory = new NameMemory<string>(new ChangeClock(), 4);
    for (const name of ['a', 'b', 'c', 'd']) memory.set('space', 'user', name, reading(name), 0);
    // The names of the old generation; `a` moves to a young one by being used.
    expect(held(memory, ['a'])).toEqual(['a']);
    memory.set('space', 'user', 'e', reading('e'), 0);
    expect(held(memory, ['b', 'a', 'e'])).toEqual([undefined, 'a', 'e']);
  });

  it('keeps a name that is written anew only once', () => {
    const memory = new NameMemory<string>(new ChangeClock(), 4);
    memory.set('space', 'user', 'a', reading('old'), 0);
    memory.set('space', 'user', 'b', reading('b'), 0);
    memory.set('space', 'user', 'a', reading('new'), 0);
    expect(held(memory, ['a', 'b'])).toEqual(['new', 'b']);
  });
});
