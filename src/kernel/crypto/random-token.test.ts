import { randomToken } from './random-token.js';

describe('randomToken', () => {
  test.each(['ply_at_', 'ply_ak_ak_0123.'])('is %s and 64 hexadecimal digits', (prefix) => {
    const token = randomToken(prefix);
    expect(token.startsWith(prefix)).toBe(true);
    expect(token.slice(prefix.length)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is another one every time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomToken('x_'))).size).toBe(1000);
  });
});
