import { randomToken, sha256 } from '../../../../kernel/crypto/index.js';
import { invalid, type PolityError } from '../../../../kernel/errors/index.js';
import { raw, sql, type Transaction } from '../../../../persistence/index.js';

const FORM = /^ply_ln_[0-9a-f]{64}$/;

/** A one-time link without its secret. */
export interface LinkRow {
  readonly id: string;
  readonly purpose: 'recovery' | 'invitation';
  readonly userId: string | null;
  readonly email: string | null;
  readonly spaceId: string | null;
  readonly memberId: string | null;
  readonly relationType: string | null;
  readonly createdByUserId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Columns of {@link LinkRow} from `sys_identity.one_time_links l`. */
export const LINK_COLUMNS = raw(`l.id, l.purpose, l.user_id AS "userId", l.email, l.space_id AS "spaceId", l.member_id AS "memberId",
  l.relation_type AS "relationType", l.created_by_user_id AS "createdByUserId", l.created_at AS "createdAt", l.expires_at AS "expiresAt",
  l.used_at AS "usedAt", l.revoked_at AS "revokedAt"`);

/** Makes the secret of a link: `ply_ln_` and 64 hexadecimal digits. */
export function newLinkToken(): string {
  return randomToken('ply_ln_');
}

/** What is stored of a link's secret; random enough for a plain hash. */
export function linkHash(token: string): Buffer {
  return Buffer.from(sha256(token));
}

/** Unknown, used, revoked and late links answer alike. */
export function linkInvalid(message = 'This link is not valid, or not any more.'): PolityError {
  return invalid(['input', 'token'], message, 'LINK_INVALID');
}

/** Uses a link up: of two that come at once, one finds it used. @throws PolityError `LINK_INVALID` */
export async function useLink(transaction: Transaction, token: string, purpose: LinkRow['purpose'], now: number): Promise<LinkRow> {
  if (!FORM.test(token)) throw linkInvalid();
  const [link] = await transaction.query<LinkRow>(sql`
    UPDATE sys_identity.one_time_links l SET used_at = ${new Date(now)}
    WHERE l.secret_hash = ${linkHash(token)} AND l.purpose = ${purpose} AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > ${new Date(now)}
    RETURNING ${LINK_COLUMNS}`);
  if (link === undefined) throw linkInvalid();
  return link;
}
