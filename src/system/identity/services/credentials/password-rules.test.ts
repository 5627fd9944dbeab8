import { assertPassword } from './password-rules.js';

const check = (password: string, email = 'ann.archer@example.com') => {
  try {
    assertPassword(password, email, { minLength: 12 }, ['input', 'password']);
    return 'good';
  } catch (error) {
    const { code, path, message } = error as { code: string; path: string[]; message: string };
    expect([code, path]).toEqual(['PASSWORD_TOO_WEAK', ['input', 'password']]);
    return message;
  }
};

describe('assertPassword', () => {
  test.each(['brass lantern river', '密码密码密码一二三四五六', 'e\u0301'.repeat(6) + 'abcdef', '0-9Az!xyzzyqv'])('accepts %j', (password) => {
    expect(check(password)).toBe('good');
  });

  test.each<[string, string]>([
    ['elevenchars', 'A password has at least 12 characters.'],
    // Twelve UTF-16 units, six characters.
    ['😀😁😂😃😄😅', 'A password has at least 12 characters.'],
    // Composed, these are eleven characters.
    ['e\u0301'.repeat(11), 'A password has at least 12 characters.'],
    ['             ', 'A password must not be blank.'],
    ['Ann.Archer@Example.com', 'A password must not be the e-mail address.'],
    ['Password1234', 'This password is among those that are guessed first.'],
    ['CorrectHorseBatteryStaple', 'This password is among those that are guessed first.'],
    ['            x            ', 'This password is among those that are guessed first.'],
    ['abababababababab', 'This password is among those that are guessed first.'],
    ['é'.repeat(513), 'A password has at most 1024 bytes.'],
    ['lantern river \udc00', 'A password must be well-formed Unicode.'],
  ])('refuses %j', (password, message) => {
    expect(check(password)).toBe(message);
  });

  test('refuses the local part of the address too', () => {
    expect(check('annabel.archer', 'Annabel.Archer@example.com')).toBe('A password must not be the e-mail address.');
  });

  test('the least length is a setting', () => {
    expect(() => assertPassword('xyzzy-12', 'a@b.c', { minLength: 8 }, [])).not.toThrow();
  });
});
