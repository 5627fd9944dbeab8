import type { EntityManager } from '@mikro-orm/postgresql';
import type { Sql } from './sql.js';

/** Revision of the instance (`''`) and of Spaces, as numbers that only grow. */
export type Revisions = Readonly<Record<string, number>>;

/** Something that runs SQL: a pool, or one transaction. */
export interface SqlExecutor {
  /** Runs one statement and gives its rows. */
  query<Row extends object>(statement: Sql): Promise<Row[]>;
}

/**
 * One database transaction. Ends in a fixed order: flush of entities, seal of revisions, checks that must be decided under the
 * lock, rows of the logs (their sequence number is drawn by the last statements), commit.
 */
export interface Transaction extends SqlExecutor {
  /** Unit of work over entities; flushed by the transaction itself. */
  readonly em: EntityManager;
  /**
   * Names the Spaces whose facts this transaction changes (`''` for the instance: Users, Permissions, types, sessions, grants, keys),
   * so that their revisions are locked in one order. A fact changed without it is still versioned, at the risk of a deadlock retry.
   */
  touch(...spaceIds: readonly string[]): void;
  /** Runs when the revisions are held and nobody else can change the same facts; a throw rolls everything back. */
  onSealed(check: (held: Revisions) => Promise<void>): void;
  /** Runs last before commit, in order of registration: rows of append-only logs. */
  onLast(write: () => Promise<void>): void;
  /** Runs after the commit; must not throw. Not run when the transaction rolls back. */
  onCommitted(notify: (held: Revisions) => void): void;
}
