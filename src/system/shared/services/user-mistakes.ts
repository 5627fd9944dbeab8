import { ERROR_CODES, PolityError, type ErrorCode } from '../../../kernel/errors/index.js';
import { databaseErrorFacts } from '../../../persistence/index.js';

/** A caller's mistake, as payloads show it. */
export interface UserMistake {
  readonly code: string;
  readonly message: string;
  /** Input path, such as `['input', 'groupId']`. */
  readonly path: readonly string[];
}

/** What a broken constraint means to the caller. */
export type ConstraintMistakes = Readonly<Record<string, { readonly code: ErrorCode; readonly message: string; readonly path: readonly string[] }>>;

const UNIQUE_VIOLATION = '23505';
const CHECK_VIOLATION = '23514';

/** Reads a thrown error as the caller's mistake; undefined when it is not one and must be thrown on. */
export function toUserMistake(error: unknown, constraints: ConstraintMistakes = {}): UserMistake | undefined {
  if (error instanceof PolityError) {
    const { kind } = ERROR_CODES[error.code];
    return kind === 'user' ? { code: error.code, message: error.message, path: (error.path ?? ['input']).map(String) } : undefined;
  }
  if (error instanceof Error && error.name === 'OptimisticLockError') {
    return { code: 'CONFLICT', message: 'Somebody else changed this object; read it again.', path: ['input', 'expectedVersion'] };
  }
  const facts = databaseErrorFacts(error);
  const known = facts?.constraint === undefined ? undefined : constraints[facts.constraint];
  if (known !== undefined) return { code: known.code, message: known.message, path: known.path };
  if (facts?.code === UNIQUE_VIOLATION && facts.constraint?.endsWith('_pkey') === true) {
    return { code: 'ID_UNAVAILABLE', message: 'This id cannot be used.', path: ['input', 'id'] };
  }
  if (facts?.code === CHECK_VIOLATION && facts.constraint === 'last_super_admin') {
    return { code: 'LAST_SUPER_ADMIN', message: 'The last super admin cannot be removed.', path: ['input'] };
  }
  return undefined;
}
