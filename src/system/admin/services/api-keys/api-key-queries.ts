import { every, raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../../shared/services/index.js';
import type { ApiKeyRow } from '../../entities/api-key.js';

const COLUMNS = raw(`k.id, k.name, k.level, k.space_id AS "spaceId", k.group_id AS "groupId", k.member_id AS "memberId",
  k.permission_keys AS "permissionKeys", k.status, k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt", k.created_by_user_id AS "createdByUserId",
  k.revoked_at AS "revokedAt", k.revoked_reason AS "revokedReason", k.secrets_changed_at AS "secretsChangedAt", k.metadata, k.version,
  k.created_at AS "createdAt", k.updated_at AS "updatedAt"`);

const FROM = raw('sys_admin.api_keys k LEFT JOIN sys_identity.groups gr ON gr.space_id = k.space_id AND gr.id = k.group_id');

/** Filters of a list of API keys. */
export interface ApiKeyFilter {
  readonly level?: string | null;
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly status?: string | null;
}

/** Keys that the caller may read, newest first. */
export function listApiKeys(executor: SqlExecutor, context: RequestContext, filter: ApiKeyFilter, page: PageInput): Promise<ListPage<ApiKeyRow>> {
  const equal = (column: string, value: string | null | undefined): Sql[] => (value === undefined || value === null ? [] : [sql`${raw(column)} = ${value}`]);
  return listPage<ApiKeyRow>(executor, 'apiKeys', {
    select: COLUMNS,
    from: FROM,
    where: every([
      visible(context),
      ...equal('k.level', filter.level), ...equal('k.space_id', filter.spaceId), ...equal('k.group_id', filter.groupId), ...equal('k.status', filter.status),
    ]),
    order: [{ expression: 'k.created_at', direction: 'DESC', type: 'timestamptz' }, { expression: 'k.id', direction: 'DESC', type: 'text' }],
  }, page);
}

/** Keys by id that the caller may read. */
export function findApiKeys(executor: SqlExecutor, context: RequestContext, ids: readonly string[]): Promise<ApiKeyRow[]> {
  return executor.query<ApiKeyRow>(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE k.id = ANY (${ids}) AND ${visible(context)}`);
}

function visible(context: RequestContext): Sql {
  return reachPredicate(reach(context.caller, 'api_keys:read', context.request.now), { spaceId: 'k.space_id', groupPath: 'gr.path' });
}
