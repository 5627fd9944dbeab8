import { Secret } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';
import { redact } from './redact.js';

describe('redact', () => {
  test('removes the values of secret-looking names at every depth', () => {
    const headers = { authorization: 'Bearer abc', cookie: ['a=b'], accept: '*/*' };
    expect(redact({ headers, input: [{ password: 'x', passwordSet: true, token: { a: 1 }, pin: { secret: 1234 } }], token: null })).toEqual({
      headers: { authorization: '[redacted]', cookie: '[redacted]', accept: '*/*' },
      input: [{ password: '[redacted]', passwordSet: true, token: '[redacted]', pin: { secret: '[redacted]' } }],
      token: null,
    });
  });

  test('removes secrets that show inside texts', () => {
    expect(redact({ note: ['see ply_at_0123abcd'] })).toEqual({ note: ['see ply_at_[redacted]'] });
    expect(redact(`${'x'.repeat(8190)} ply_at_0123abcd`)).toMatch(/ p… \(\d+ more characters\)$/);
  });

  test('turns what is not JSON into something that is', () => {
    const date = new Date(0);
    expect(redact({ date, big: 1n, nan: Number.NaN, none: undefined, fn: () => 1, bytes: Buffer.of(1, 2), map: new Map([['apiKey', 1]]), set: new Set([1]) })).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      big: '1',
      nan: 'NaN',
      none: undefined,
      fn: '[function]',
      bytes: '[2 bytes]',
      map: { apiKey: '[redacted]' },
      set: [1],
    });
    expect(redact({ held: new Secret('x') })).toEqual({ held: '[secret]' });
  });

  test('shows of an error what helps and nothing that drivers add', () => {
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', constraint: 'users_email', detail: 'Key (email)=(a@b.c) exists.' });
    const error = new PolityError('CONFLICT', 'Try ply_at_0123 again.', { path: ['input', 'email'], cause });
    expect(redact({ error })).toEqual({
      error: {
        type: 'PolityError',
        message: 'Try ply_at_[redacted] again.',
        code: 'CONFLICT',
        path: ['input', 'email'],
        stack: expect.stringMatching(/^PolityError: Try ply_at_\[redacted\] again\.\n {4}at /) as string,
        cause: { type: 'Error', message: 'duplicate key', code: '23505', constraint: 'users_email', stack: expect.any(String) as string },
      },
    });
    expect(JSON.stringify(redact(error))).not.toContain('a@b.c');
  });

  test('is bounded', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    expect(redact(cycle)).toEqual({ name: 'a', self: '[circular]' });
    const same = { a: 1 };
    expect(redact([same, same])).toEqual([same, same]);
    expect(redact(Array.from({ length: 500 }, () => 1))).toHaveLength(100);
    expect(JSON.stringify(redact(JSON.parse('['.repeat(50) + ']'.repeat(50))))).toBe('[[[[[[[["[deeper]"]]]]]]]]');
  });

  test('never throws', () => {
    const hostile = {
      get a(): never {
        throw new Error('no');
      },
    };
    expect(redact(hostile)).toBe('[unreadable]');
    expect(redact({ toJSON: () => { throw new Error('no'); } })).toBe('[unreadable]'); // prettier-ignore
  });
});
