import { hashPassword, needsRehash, verifyPassword } from './password.js';

/** From the test suite of the reference implementation: version 19, t=2, m=2^16, p=1, "password", "somesalt". */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
/** Made with another implementation at our own cost. */
const OURS = '$argon2id$v=19$m=65536,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$RjiZoPDTiuCG84+o6DT1DGqWkPl0abZ+MwOBLSIs9to';
const CHEAP = '$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

describe('hashPassword', () => {
  test('makes a PHC string at today’s cost that verifies', async () => {
    const stored = await hashPassword('correct horse battery staple');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword('correct horse battery staple', stored)).toBe(true);
    expect(await verifyPassword('correct horse battery stapler', stored)).toBe(false);
    expect(needsRehash(stored)).toBe(false);
  });

  test('salts', async () => {
    const [first, second] = await Promise.all([hashPassword('same password'), hashPassword('same password')]);
    expect(first).not.toBe(second);
  });

  test.each([
    ['empty', ''],
    ['longer than 1024 bytes', 'ä'.repeat(513)],
    ['not well-formed', 'pass\ud83dword'],
  ])('refuses a password that is %s', async (_, password) => {
    await expect(hashPassword(password)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'password'] });
  });
});

describe('verifyPassword', () => {
  test.each([
    ['password', REFERENCE, true],
    ['passwore', REFERENCE, false],
    ['pässword correct horse', OURS, true],
    ['pa\u0308ssword correct horse', OURS, true],
    ['passwort correct horse', OURS, false],
  ])('%j against %s: %p', async (password, stored, expected) => {
    expect(await verifyPassword(password, stored)).toBe(expected);
  });

  test.each([undefined, '', 'password', REFERENCE.replace('argon2id', 'argon2d'), REFERENCE.replace('65536', '1024')])(
    'never against %p',
    async (stored) => {
      expect(await verifyPassword('password', stored)).toBe(false);
    },
  );

  test.each(['', 'x'.repeat(1025), 'pass\ud83dword'])('never a password that could not be stored', async (password) => {
    expect(await verifyPassword(password, CHEAP)).toBe(false);
  });

  test('takes as long for an unknown user as for a wrong password', async () => {
    const time = async (stored: string | undefined) => {
      const start = performance.now();
      await verifyPassword('password', stored);
      return performance.now() - start;
    };
    await time(OURS);
    const unknown = Math.max(await time(undefined), await time(undefined));
    const wrong = Math.min(await time(OURS), await time(OURS));
    // Noise of a busy machine is allowed for; a shortcut would be a hundred times faster.
    expect(unknown).toBeGreaterThan(wrong / 5);
  });

  test('refuses when two run and 16 wait', async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => verifyPassword('password', CHEAP)));
    const refused = all.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([
      expect.objectContaining({ code: 'AUTH_RATE_LIMITED' }),
      expect.objectContaining({ code: 'AUTH_RATE_LIMITED' }),
    ]);
  });
});

describe('needsRehash', () => {
  test.each([
    [OURS, false],
    [OURS.replace('p=2', 'p=1'), false],
    [OURS.replace('m=65536', 'm=131072'), false],
    [REFERENCE, true],
    [CHEAP, true],
    [OURS.replace('m=65536', 'm=32768'), true],
    [OURS.replace('RjiZoPDTiuCG84+o6DT1DGqWkPl0abZ+MwOBLSIs9to', 'RjiZoPDTiuCG84+o6DT1DA'), true],
    ['plain', true],
  ])('%s: %p', (stored, expected) => {
    expect(needsRehash(stored)).toBe(expected);
  });
});
