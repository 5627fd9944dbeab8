import { IdSlab } from './id-slab.js';
import { Random } from './testing/random.js';

const ALPHABET = 'ABYZabyz019._-';

function randomId(random: Random): string {
  return Array.from({ length: 3 + random.below(random.chance(0.05) ? 126 : 20) }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
}

test.each([1, 2, 3])('rows give back their ids, and compare as ids do (seed %d)', (seed) => {
  const random = new Random(seed);
  const slab = new IdSlab();
  const ids = new Map<number, string>();
  for (let step = 0; step < 30_000; step += 1) {
    const row = random.below(300);
    const id = randomId(random);
    if (random.chance(0.3)) {
      slab.delete(row);
      ids.delete(row);
    } else {
      if (random.chance(0.5)) slab.set(row, id);
      else slab.setBytes(row, Buffer.from(`before${id}after`, 'latin1'), 6, 6 + id.length);
      ids.set(row, id);
    }
    if (step % 500 !== 499) continue;
    expect([...ids].map(([at]) => slab.get(at))).toEqual([...ids.values()]);
    const rows = [...ids.keys()];
    const [left, right] = [random.pick(rows)!, random.pick(rows)!];
    const [one, other] = [ids.get(left)!, ids.get(right)!];
    expect(Math.sign(slab.compare(left, right))).toBe(one === other ? 0 : one < other ? -1 : 1);
  }
});

test('the bytes of ids that went are used again', () => {
  const slab = new IdSlab();
  for (let row = 0; row < 2_000; row += 1) slab.set(row, `mr_${row}_${'x'.repeat(100)}`);
  const { size } = slab;
  for (let round = 0; round < 20; round += 1) {
    for (let row = 0; row < 2_000; row += 1) slab.delete(row);
    for (let row = 0; row < 2_000; row += 1) slab.set(row, `mr_${row}_${'y'.repeat(100)}`);
  }
  expect(slab.get(1_999)).toBe(`mr_1999_${'y'.repeat(100)}`);
  expect(slab.size).toBeLessThan(size * 2.5);
});

test('a slab is trimmed to what it holds, and goes on after it', () => {
  const slab = new IdSlab();
  for (let row = 0; row < 100; row += 1) slab.set(row, `id_${row}`);
  slab.trim(100);
  const { size } = slab;
  expect(size).toBe(100 * 5 + Array.from({ length: 100 }, (_, row) => `id_${row}`).join('').length);
  slab.set(100, 'one_more');
  slab.set(3, 'another_id');
  expect([slab.get(0), slab.get(3), slab.get(99), slab.get(100)]).toEqual(['id_0', 'another_id', 'id_99', 'one_more']);
});
