import { sql, type Sql, type Transaction } from '../../../../persistence/index.js';
import type { AuditEntry } from '../../../shared/contracts/index.js';
import { SESSION_COLUMNS, type EndedReason, type SessionRow } from './session-row.js';

/** Where ended sessions are written: a mutation's scope, or a sweep's. */
export interface EndingScope {
  readonly transaction: Transaction;
  audit(entry: AuditEntry): unknown;
}

/**
 * Ends the open sessions that match, each with its audit event, and raises the instance revision, so that all nodes learn at once.
 *
 * @param where - predicate over `sys_identity.sessions s`
 * @returns the sessions that were open until now, oldest first
 */
export async function endSessions(scope: EndingScope, where: Sql, reason: EndedReason, now: number): Promise<readonly SessionRow[]> {
  const ended = await scope.transaction.query<SessionRow>(sql`
    WITH open_ones AS (
      SELECT s.id FROM sys_identity.sessions s WHERE s.ended_at IS NULL AND ${where} ORDER BY s.id FOR NO KEY UPDATE)
    UPDATE sys_identity.sessions s SET ended_at = greatest(${new Date(now)}, s.created_at), ended_reason = ${reason}
    FROM open_ones WHERE s.id = open_ones.id AND s.ended_at IS NULL RETURNING ${SESSION_COLUMNS}`);
  if (ended.length > 0) scope.transaction.touch('');
  for (const { id, userId } of ended) {
    scope.audit({ type: 'session.ended', spaceId: '', target: { type: 'Session', id }, details: { userId, reason } });
  }
  return ended.toSorted((left, right) => left.createdAt.getTime() - right.createdAt.getTime());
}
