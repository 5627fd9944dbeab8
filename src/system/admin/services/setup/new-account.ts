import { randomToken } from '../../../../kernel/crypto/index.js';
import { invalid } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Passwords } from '../../../shared/contracts/index.js';

const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;
const LONGEST_NAME = 200;
/** 96 bits in hexadecimal digits. */
const SHORTEST_GENERATED = 24;

/** A User with a password, checked and hashed, ready to be written. */
export interface NewAccount {
  readonly userId: string;
  readonly email: string;
  readonly displayName: string | null;
  readonly passwordHash: string;
}

/** Input of {@link prepareAccount}. */
export interface AccountInput {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | null;
}

/**
 * Checks the fields of an account and hashes its password, which takes time: before any transaction.
 *
 * @throws PolityError `VALIDATION_FAILED` or `PASSWORD_TOO_WEAK` naming the field
 */
export async function prepareAccount(passwords: Passwords, input: AccountInput): Promise<NewAccount> {
  const email = checkedEmail(input.email);
  const displayName = input.displayName?.trim() ?? '';
  if (displayName.length > LONGEST_NAME) throw invalid(['input', 'displayName'], `A display name has at most ${LONGEST_NAME} characters.`);
  const passwordHash = await passwords.hash(input.password, email, ['input', 'password']);
  return { userId: newId('user'), email, displayName: displayName === '' ? null : displayName, passwordHash };
}

/** @throws PolityError `VALIDATION_FAILED` for what is no e-mail address. */
export function checkedEmail(email: string): string {
  const trimmed = email.trim();
  if (!EMAIL.test(trimmed)) throw invalid(['input', 'email'], 'This is no e-mail address.');
  return trimmed;
}

/** Writes the User and its password. */
export async function insertAccount(executor: SqlExecutor, passwords: Passwords, account: NewAccount, now: number, isDemo = false): Promise<void> {
  const { userId, email, displayName, passwordHash } = account;
  await executor.query(sql`
    INSERT INTO sys_identity.users (id, email, display_name, is_demo) VALUES (${userId}, ${email}, ${displayName}, ${isDemo})`);
  await passwords.store(executor, userId, passwordHash, now);
}

/** A random password that meets any minimum length of the settings. */
export function generatePassword(minLength: number): string {
  return `${randomToken('')}${randomToken('')}`.slice(0, Math.max(SHORTEST_GENERATED, minLength));
}
