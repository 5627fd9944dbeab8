import { IdIndex } from './id-index.js';
import { Random } from './testing/random.js';

const ALPHABET = 'AZaz09._-';

function randomId(random: Random): string {
  const length = random.chance(0.05) ? 1 + random.below(255) : 1 + random.below(12);
  return Array.from({ length }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
}

test.each([1, 2, 3])('numbers ids as a Map does, whichever way they come (seed %d)', (seed) => {
  const random = new Random(seed);
  const index = new IdIndex();
  const rows = new Map<string, number>();
  let isInOrder = true;
  for (let step = 0; step < 20_000; step += 1) {
    const id = randomId(random);
    const bytes = Buffer.from(`\t${id}\t`, 'latin1');
    expect(index.row(id)).toBe(rows.get(id));
    expect(index.rowOfBytes(bytes, 1, bytes.length - 1)).toBe(rows.get(id));
    if (random.chance(0.5)) continue;
    if (!rows.has(id)) rows.set(id, rows.size);
    expect(random.chance(0.5) ? index.named(id) : index.namedBytes(bytes, 1, bytes.length - 1)).toBe(rows.get(id));
    if (random.chance(0.001)) index.trim();
    // Asked now and then: what has come since is put into its places.
    if (random.chance(0.002)) isInOrder &&= [...index.inOrder()].map((row) => index.id(row)).join() === [...rows.keys()].sort().join();
  }
  expect([index.count, isInOrder]).toEqual([rows.size, true]);
  expect([...rows].every(([id, row]) => index.id(row) === id && index.is(row, id) && !index.is(row, `${id}x`))).toBe(true);
  expect([...index.inOrder()].map((row) => index.id(row))).toEqual([...rows.keys()].sort());
});

test.each([['a letter that is not ASCII', 'm\u00e9mber'], ['a letter whose low byte is that of another', 'mem\u0162er'], ['256 characters', 'x'.repeat(256)]])('%s is no id: it has no number and gets none', (_, id) => {
  const index = new IdIndex();
  for (const known of ['member', 'memBer', 'membber', 'x'.repeat(255)]) index.named(known);
  expect([index.row(id), index.is(0, id)]).toEqual([undefined, false]);
  expect(() => index.named(id)).toThrow('an id has at most 255 characters of ASCII');
  const bytes = Buffer.from(id, 'utf8');
  expect(index.rowOfBytes(bytes, 0, bytes.length)).toBeUndefined();
  expect(() => index.namedBytes(bytes, 0, bytes.length)).toThrow('an id has');
  expect(index.count).toBe(4);
});

test('ids that differ in length, or behind the last whole word, are others', () => {
  const index = new IdIndex();
  const ids = ['a', 'ab', 'abc', 'abcd', 'abcda', 'abcdb', 'abcd\0', 'b', ''];
  expect(ids.map((id) => index.named(id))).toEqual(ids.map((_, at) => at));
  expect(ids.map((id) => index.row(id))).toEqual(ids.map((_, at) => at));
});
