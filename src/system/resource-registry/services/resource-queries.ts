import { every, raw, sql, type Sql, type SqlExecutor } from '../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../shared/services/index.js';
import type { ResourceRow } from '../entities/resource.js';

const COLUMNS = raw(`r.id, r.space_id AS "spaceId", r.resource_type AS "resourceType", r.external_id AS "externalId", r.group_id AS "groupId",
  r.owner_member_id AS "ownerMemberId", r.display_name AS "displayName", r.visibility, r.status, r.metadata, r.version,
  r.created_at AS "createdAt", r.updated_at AS "updatedAt"`);

// The group's path is joined, never copied: a moved subtree takes its Resources along at once.
const FROM = raw('sys_resource.resources r LEFT JOIN sys_identity.groups g ON g.space_id = r.space_id AND g.id = r.group_id');

/** Filters of a list of Resources. Deleted ones are shown only when asked for by `status`. */
export interface ResourceFilter {
  readonly spaceId?: string | null;
  readonly resourceType?: string | null;
  readonly groupId?: string | null;
  readonly ownerMemberId?: string | null;
  readonly visibility?: string | null;
  readonly status?: string | null;
}

/** Resources that the caller may read, by id. */
export function listResources(executor: SqlExecutor, context: RequestContext, filter: ResourceFilter, page: PageInput): Promise<ListPage<ResourceRow>> {
  const equal = (column: string, value: string | null | undefined): Sql[] => (value === undefined || value === null ? [] : [sql`${raw(column)} = ${value}`]);
  const status = filter.status ?? undefined;
  return listPage<ResourceRow>(executor, 'resources', {
    select: COLUMNS,
    from: FROM,
    where: every([
      visible(context),
      status === undefined ? raw("r.status <> 'deleted'") : sql`r.status = ${status}`,
      ...equal('r.space_id', filter.spaceId),
      ...equal('r.resource_type', filter.resourceType),
      ...equal('r.group_id', filter.groupId),
      ...equal('r.owner_member_id', filter.ownerMemberId),
      ...equal('r.visibility', filter.visibility),
    ]),
    order: [{ expression: 'r.id', direction: 'ASC', type: 'text' }],
  }, page);
}

/** Resources that the caller may read and that match a predicate over `r`. */
export function findResources(executor: SqlExecutor, context: RequestContext, matches: Sql): Promise<ResourceRow[]> {
  return executor.query<ResourceRow>(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE ${matches} AND ${visible(context)}`);
}

function visible(context: RequestContext): Sql {
  return reachPredicate(reach(context.caller, 'resources:read', context.request.now), { spaceId: 'r.space_id', groupPath: 'g.path' });
}
