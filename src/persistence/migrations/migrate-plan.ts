import { inspect } from './inspect.js';
import type { MigrationFile } from './migration-file.js';
import type { MigrationProblem } from './migration-problem.js';
import type { MigrationOptions } from './options.js';

/** What `migrateUp` would do. */
export interface MigrationPlan {
  readonly steps: readonly MigrationFile[];
  /** The steps after which the release before this one may no longer work. */
  readonly contract: readonly MigrationFile[];
  /** Errors among them make `migrateUp` refuse. */
  readonly problems: readonly MigrationProblem[];
}

/** Names the steps to come, and apart from them those that take something away. */
export async function migratePlan(options: MigrationOptions): Promise<MigrationPlan> {
  const { pending, problems } = await inspect(options);
  return { steps: pending, contract: pending.filter(({ phase }) => phase === 'contract'), problems };
}
