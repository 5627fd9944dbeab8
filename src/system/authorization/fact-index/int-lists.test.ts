import { IntLists } from './int-lists.js';
import { Random } from './testing/random.js';

const LISTS = 40;

/** A model beside the lists that does the same with arrays. */
class Beside {
  readonly lists = new IntLists();
  readonly arrays: number[][] = Array.from({ length: LISTS }, () => []);

  step(random: Random): void {
    const list = random.below(LISTS);
    const array = this.arrays[list]!;
    const values = Array.from({ length: 1 + random.below(4) }, () => random.below(1_000));
    switch (random.below(5)) {
      case 0:
        this.lists.push(list, values[0]!);
        array.push(values[0]!);
        break;
      case 1: case 2: {
        const at = random.below(array.length + 1);
        this.lists.insert(list, at, values);
        array.splice(at, 0, ...values);
        break;
      }
      case 3: {
        const at = random.below(array.length + 1);
        const count = random.below(array.length - at + 1);
        this.lists.remove(list, at, count);
        array.splice(at, count);
        break;
      }
      default: {
        const value = random.chance(0.9) ? (array[random.below(Math.max(1, array.length))] ?? -1) : -1;
        this.lists.removeValue(list, value);
        const at = array.indexOf(value);
        // The last one takes the place of the one that goes.
        if (at >= 0) array.splice(at, 1, ...(at === array.length - 1 ? [] : [array.pop()!]));
      }
    }
  }

  get shown(): number[][] {
    return this.arrays.map((_, list) => [...this.lists.pool.subarray(this.lists.start(list), this.lists.end(list))]);
  }
}

test.each([1, 2, 3])('lists hold what arrays hold, whatever is done to them (seed %d)', (seed) => {
  const random = new Random(seed);
  const beside = new Beside();
  for (let look = 0; look < 400; look += 1) {
    for (let step = 0; step < 50; step += 1) beside.step(random);
    expect(beside.shown).toEqual(beside.arrays);
  }
});

test('a list moves when it outgrows its place, and the pool is written anew when most of it is left behind', () => {
  const lists = new IntLists();
  lists.push(0, 7);
  const before = lists.start(0);
  lists.push(1, 8);
  for (let value = 0; value < 8; value += 1) lists.push(0, value);
  expect(lists.start(0)).not.toBe(before);
  // One list grows by inserting at the front, again and again: every place that it leaves is waste.
  for (let count = 0; count < 50_000; count += 1) lists.insert(count % 20, 0, [count]);
  const held = Array.from({ length: 20 }, (_, list) => lists.end(list) - lists.start(list)).reduce((sum, length) => sum + length, 0);
  expect(held).toBe(50_010);
  expect(lists.pool.length).toBeLessThan(held * 4);
  expect(lists.size).toBeGreaterThan(held * 4);
});

test('lists that were never written to are empty', () => {
  const lists = new IntLists();
  lists.remove(900, 0, 0);
  lists.removeValue(900, 1);
  expect([lists.start(900), lists.end(900)]).toEqual([0, 0]);
  lists.push(900, 5);
  expect([...lists.pool.subarray(lists.start(900), lists.end(900))]).toEqual([5]);
  expect([lists.start(901), lists.end(901), lists.start(899) === lists.end(899)]).toEqual([0, 0, true]);
});

test('lists that are laid out at once take what they have room for, and grow later', () => {
  const lists = new IntLists();
  lists.layOut(Int32Array.from([2, 0, 3]));
  const size = lists.size;
  for (const [list, value] of [[2, 1], [0, 2], [2, 3], [0, 4], [2, 5]] as const) lists.insert(list, lists.end(list) - lists.start(list), [value]);
  const shown = (): number[][] => [0, 1, 2, 3].map((list) => [...lists.pool.subarray(lists.start(list), lists.end(list))]);
  expect([shown(), lists.size]).toEqual([[[2, 4], [], [1, 3, 5], []], size]);
  lists.push(1, 6);
  lists.insert(0, 1, [7, 8]);
  lists.push(3, 9);
  expect(shown()).toEqual([[2, 7, 8, 4], [6], [1, 3, 5], [9]]);
});
