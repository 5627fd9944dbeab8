import { sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';

/** Sessions whose tokens one statement removes; a session of a month has about 3,000. */
const MOST_SESSIONS = 100;
/** Tokens after which a sweep leaves the rest to the next one. */
const ENOUGH_TOKENS = 50_000;

/** Forgets the sealed successors of tokens that were used by `until`: nobody may ask for them again. */
export function forgetSuccessors(until: Date): Sql {
  return sql`UPDATE sys_identity.refresh_tokens SET successor_sealed = NULL WHERE successor_sealed IS NOT NULL AND used_at <= ${until}`;
}

/** Removes the tokens of some sessions that ended by `until`, and marks those sessions. */
export function removeTokens(until: Date): Sql {
  return sql`
    WITH over AS (
      SELECT s.id FROM sys_identity.sessions s WHERE s.ended_at IS NOT NULL AND NOT s.tokens_removed AND s.ended_at <= ${until}
      ORDER BY s.ended_at LIMIT ${MOST_SESSIONS} FOR NO KEY UPDATE SKIP LOCKED
    ), marked AS (
      UPDATE sys_identity.sessions s SET tokens_removed = true FROM over WHERE s.id = over.id
    ), removed AS (
      DELETE FROM sys_identity.refresh_tokens t USING over WHERE t.session_id = over.id RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM over) AS sessions, (SELECT count(*)::int FROM removed) AS tokens`;
}

/** Removes tokens of sessions that ended by `until`, a bounded number; gives how many. */
export async function sweepTokens(transaction: SqlExecutor, until: Date): Promise<number> {
  for (let total = 0; ;) {
    const [swept] = await transaction.query<{ sessions: number; tokens: number }>(removeTokens(until));
    total += swept?.tokens ?? 0;
    if (swept === undefined || swept.sessions < MOST_SESSIONS || total >= ENOUGH_TOKENS) return total;
  }
}
