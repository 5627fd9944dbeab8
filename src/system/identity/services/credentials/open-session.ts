import { newId } from '../../../../kernel/ids/index.js';
import { sql } from '../../../../persistence/index.js';
import type { RequestInfo } from '../../../shared/contracts/index.js';
import type { CredentialSettings } from './credential-settings.js';
import { defaultBinding } from './default-binding.js';
import { endSessions, type EndingScope } from './end-sessions.js';
import { SESSION_COLUMNS, type SessionRow } from './session-row.js';

const LONGEST_AGENT = 512;

/**
 * Opens a session of a User whose row the transaction has locked: parallel sign-ins of one User wait for each other, and the limit
 * of open sessions holds. Sessions beyond the limit end, the oldest first.
 */
export async function openSession(scope: EndingScope, userId: string, request: RequestInfo, settings: CredentialSettings): Promise<SessionRow> {
  const { transaction } = scope;
  const { now } = request;
  await endSessions(scope, sql`s.id IN (
    SELECT id FROM sys_identity.sessions WHERE user_id = ${userId} AND ended_at IS NULL
    ORDER BY created_at DESC, id DESC OFFSET ${settings.sessionMaxConcurrent - 1})`, 'concurrent_limit', now);
  const id = newId('sess');
  const binding = await defaultBinding(transaction, userId, now);
  const [session] = await transaction.query<SessionRow>(sql`
    INSERT INTO sys_identity.sessions AS s (id, user_id, active_user_member_id, ip, user_agent, created_at, last_used_at, expires_at)
    VALUES (${id}, ${userId}, ${binding ?? null}, ${request.ip ?? null}, ${request.userAgent?.slice(0, LONGEST_AGENT).toWellFormed() ?? null},
      ${new Date(now)}, ${new Date(now)}, ${new Date(now + settings.sessionMaxAgeMs)})
    RETURNING ${SESSION_COLUMNS}`);
  await transaction.query(sql`UPDATE sys_identity.users SET last_sign_in_at = ${new Date(now)} WHERE id = ${userId}`);
  transaction.touch('');
  scope.audit({ type: 'session.started', spaceId: '', target: { type: 'Session', id }, details: { userId, activeUserMemberId: binding ?? null } });
  return session as SessionRow;
}
