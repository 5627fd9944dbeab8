import { inspect } from './inspect.js';
import type { MigrationProblem } from './migration-problem.js';
import type { MigrationOptions } from './options.js';

/** Whether files and database agree. */
export interface MigrationVerification {
  /** False where a problem is an error. That the database is ahead of this release is a notice only. */
  readonly ok: boolean;
  readonly problems: readonly MigrationProblem[];
}

/** Finds changed, missing, renamed and out-of-order files, and versions that this release does not know. */
export async function migrateVerify(options: MigrationOptions): Promise<MigrationVerification> {
  const { problems } = await inspect(options);
  return { ok: problems.every(({ severity }) => severity === 'notice'), problems };
}
