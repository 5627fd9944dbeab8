import { ERROR_CODES, type ErrorDefinition, type ErrorKind } from './error-codes.js';

const entries = Object.entries(ERROR_CODES) as [string, ErrorDefinition][];

const STATUSES: Record<ErrorKind, readonly number[]> = {
  user: [400, 404, 405, 409, 415],
  denied: [403, 404],
  unauthenticated: [401],
  unavailable: [503],
  limit: [413, 429, 504],
  internal: [500],
};

const FILLERS = new Set(
  'a an the is are was were of or and to by in on its it this that which with from for no not than has have be'.split(' '),
);

const contentWords = (sentence: string): Set<string> =>
  new Set(sentence.toLowerCase().match(/[a-z]+/g)?.filter((word) => !FILLERS.has(word)));

describe('ERROR_CODES', () => {
  test.each(entries)('%s has a kind, a status that fits it and one sentence', (code, definition) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(STATUSES[definition.kind]).toContain(definition.httpStatus);
    expect(definition.description).toMatch(/^[A-Z].{20,130}[^.]\.$/);
    expect(definition.description).not.toMatch(/\. /);
  });

  test('is closed: neither the set nor a definition can be changed', () => {
    expect(Object.isFrozen(ERROR_CODES)).toBe(true);
    expect(entries.every(([, definition]) => Object.isFrozen(definition))).toBe(true);
  });

  test('no description says what another one says', () => {
    const overlapping: string[] = [];
    entries.forEach(([code, { description }], index) => {
      for (const [otherCode, other] of entries.slice(index + 1)) {
        const words = contentWords(description);
        const otherWords = contentWords(other.description);
        const shared = words.intersection(otherWords).size;
        const contained = shared === Math.min(words.size, otherWords.size);
        const alike = shared / words.union(otherWords).size >= 0.4;
        // The NOT_FOUND family is one sentence over different entities; there only the entity may tell them apart.
        const sameFamily = code.endsWith('_NOT_FOUND') && otherCode.endsWith('_NOT_FOUND');
        if (contained || (alike && !sameFamily)) overlapping.push(`${code} / ${otherCode}`);
      }
    });
    expect(overlapping).toEqual([]);
  });

  test('holds every code that clients of the reference rely on', () => {
    expect(Object.keys(ERROR_CODES)).toEqual(
      expect.arrayContaining([
        'VALIDATION_FAILED',
        'AUTHENTICATION_REQUIRED',
        'SESSION_EXPIRED',
        'AUTH_RATE_LIMITED',
        'ACTIVE_MEMBER_REQUIRED',
        'ADMIN_PERMISSION_REQUIRED',
        'INLINE_CONTEXT_REQUIRES_API_KEY',
        'AUTHORIZATION_DENIED',
        'METHOD_NOT_ALLOWED',
        'FEATURE_DISABLED',
        'NOT_READY',
        'INTERNAL_ERROR',
        'REGISTRATION_DISABLED',
        'LAST_SUPER_ADMIN',
      ]),
    );
  });
});
