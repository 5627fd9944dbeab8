import { raw } from '../../../../persistence/index.js';

/** A session as its User and admins see it. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly activeUserMemberId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  /** Sign-in or last refresh. */
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly endedReason: string | null;
}

/** Why a session is over, as stored. */
export type EndedReason =
  | 'sign_out' | 'ended_by_user' | 'ended_by_admin' | 'password_changed' | 'user_disabled' | 'refresh_reuse' | 'concurrent_limit' | 'expired' | 'idle';

/** Columns of {@link SessionRow} from `sys_identity.sessions s`. */
export const SESSION_COLUMNS = raw(`s.id, s.user_id AS "userId", s.active_user_member_id AS "activeUserMemberId", s.ip, s.user_agent AS "userAgent",
  s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt", s.ended_at AS "endedAt", s.ended_reason AS "endedReason"`);
