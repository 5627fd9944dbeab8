import { PolityError } from '../../kernel/errors/index.js';
import type { MigrationProblem } from './migration-problem.js';

/** The migrations cannot be applied as they are; nothing was changed. `details.problems` lists every {@link MigrationProblem}. */
export function migrationsInvalid(problems: readonly MigrationProblem[]): PolityError {
  const lines = problems.map(({ file, message }) => `  ${file}: ${message}`);
  return new PolityError('MIGRATION_INVALID', ['The migrations cannot be applied:', ...lines].join('\n'), { details: { problems } });
}

/** PostgreSQL counts characters from 1. */
const lineOf = (sql: string, position: string | undefined): string =>
  position === undefined ? '' : `:${Array.from(sql).slice(0, Number(position)).join('').split('\n').length}`;

/** PostgreSQL refused a file, and all of the file was rolled back. `details` has `file` and PostgreSQL's `sqlState`. */
export function migrationFailed(file: string, sql: string, cause: unknown): PolityError {
  const { message, position, code, hint } = cause as { message: string; position?: string; code?: string; hint?: string };
  return new PolityError('MIGRATION_INVALID', `migrations/${file}${lineOf(sql, position)}: ${message}${hint === undefined ? '' : ` (${hint})`}`, {
    details: { file, sqlState: code },
    cause,
  });
}
