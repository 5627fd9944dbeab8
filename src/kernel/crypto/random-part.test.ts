import { randomPart } from './random-part.js';

test('gives each byte once, whatever was asked for before', () => {
  const seen = new Set<string>();
  for (let round = 0; round < 3_000; round += 1) {
    const size = round % 2 === 0 ? 12 : 16;
    const part = randomPart(size);
    expect(part).toHaveLength(size);
    expect(part.equals(Buffer.alloc(size))).toBe(false);
    seen.add(part.subarray(0, 12).toString('hex'));
  }
  expect(seen.size).toBe(3_000);
});

test('what was given is the caller\'s own', () => {
  const first = randomPart(16);
  const copy = Buffer.from(first);
  for (let round = 0; round < 600; round += 1) randomPart(16).fill(0xff);
  expect(first).toEqual(copy);
});

test('every bit is set half of the time', () => {
  const counts = Array.from({ length: 128 }, () => 0);
  for (let round = 0; round < 4_000; round += 1) {
    const part = randomPart(16);
    for (let bit = 0; bit < 128; bit += 1) if ((part[bit >> 3]! & (1 << (bit & 7))) !== 0) counts[bit]! += 1;
  }
  // Six standard deviations around 2,000.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(190);
});

test('gives no keys', () => {
  expect(() => randomPart(65)).toThrow(/At most 64 bytes/);
});
