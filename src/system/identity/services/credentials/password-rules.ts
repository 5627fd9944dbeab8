import { invalid, type InputPath } from '../../../../kernel/errors/index.js';
import { isCommonPassword } from './common-passwords.js';

const MOST_BYTES = 1024;

/** What a new password is held against. */
export interface PasswordRules {
  /** Characters, after Unicode NFC. */
  readonly minLength: number;
}

/**
 * Checks a new password. No rule about digits or signs: length and not being guessable count (NIST SP 800-63B, section 5.1.1.2).
 *
 * @param email - e-mail address of the User, which is no password
 * @throws PolityError `PASSWORD_TOO_WEAK` naming the path and the broken rule
 */
export function assertPassword(password: string, email: string, { minLength }: PasswordRules, path: InputPath): void {
  const fault = passwordFault(password.normalize('NFC'), email.toLowerCase(), minLength);
  if (fault !== undefined) throw invalid(path, fault, 'PASSWORD_TOO_WEAK');
}

function passwordFault(password: string, email: string, minLength: number): string | undefined {
  if (!password.isWellFormed()) return 'A password must be well-formed Unicode.';
  if (Buffer.byteLength(password) > MOST_BYTES) return `A password has at most ${MOST_BYTES} bytes.`;
  if (password.trim() === '') return 'A password must not be blank.';
  if (Array.from(password).length < minLength) return `A password has at least ${minLength} characters.`;
  const text = password.trim().toLowerCase();
  if (text === email || text === email.slice(0, email.lastIndexOf('@'))) return 'A password must not be the e-mail address.';
  return isCommonPassword(text) ? 'This password is among those that are guessed first.' : undefined;
}
