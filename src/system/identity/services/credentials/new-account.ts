import { newId } from '../../../../kernel/ids/index.js';
import { sql } from '../../../../persistence/index.js';
import type { MutationScope } from '../../../shared/services/index.js';
import { ACCOUNT_COLUMNS, type Account } from './account.js';
import type { PasswordStore } from './password-store.js';

/** Constraint of the users table that says an e-mail address is taken. */
export const EMAIL_TAKEN = {
  users_email: { code: 'ALREADY_EXISTS', message: 'Another User has this e-mail address.', path: ['input', 'email'] },
} as const;

/** What a new User is made of. */
export interface NewAccount {
  readonly email: string;
  readonly displayName?: string | null;
  /** Hash of its password. */
  readonly hash: string;
  readonly now: number;
  /** Where it came from: a registration mode, or `invitation`. */
  readonly via: string;
}

/** Makes a User without any right; undefined when the e-mail address is taken. */
export async function createAccount(scope: MutationScope, passwords: PasswordStore, { email, displayName, hash, now, via }: NewAccount): Promise<Account | undefined> {
  const id = newId('user');
  const [user] = await scope.transaction.query<Account>(sql`
    INSERT INTO sys_identity.users AS u (id, email, display_name, created_at, updated_at)
    VALUES (${id}, ${email}, ${displayName ?? null}, ${new Date(now)}, ${new Date(now)})
    ON CONFLICT (lower(email)) DO NOTHING RETURNING ${ACCOUNT_COLUMNS}`);
  if (user === undefined) return undefined;
  await passwords.store(scope.transaction, id, hash, now);
  scope.transaction.touch('');
  scope.audit({ type: 'user.registered', spaceId: '', target: { type: 'User', id }, details: { via }, personal: { subject: id, values: { email, displayName: displayName ?? null } } });
  return user;
}
