import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, sql, type Database, type OrderColumn, type Sql } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { encodeCursor, listPage, toSlice, type ListPage, type PageInput } from '../../../shared/services/index.js';
import type { GroupRow } from '../../entities/group.js';
import { contains, equals } from '../support/index.js';
import { GROUP_COLUMNS } from './group-tree.js';

const FROM = raw('sys_identity.groups g');
const BY_PATH: readonly OrderColumn[] = [
  { expression: 'g.path', direction: 'ASC', type: 'text' },
  { expression: 'g.id', direction: 'ASC', type: 'text' },
];
const AMONG_SIBLINGS: readonly OrderColumn[] = [
  { expression: 'g.sort_order', direction: 'ASC', type: 'integer' },
  { expression: 'g.key', direction: 'ASC', type: 'text' },
  { expression: 'g.id', direction: 'ASC', type: 'text' },
];

/** Filters of {@link GroupQueries.list}. */
export interface GroupFilter {
  readonly spaceId: string;
  readonly status?: string | null;
  readonly parentGroupId?: string | null;
  /** Part of the id, the path or the display name. */
  readonly search?: string | null;
}

/** Reads of Groups: who governs a subtree sees the subtree, and nothing beside or above it. */
export class GroupQueries {
  constructor(private readonly database: Database) {}

  /** Groups of a Space by path: every Group stands after its parent. */
  async list(context: RequestContext, filter: GroupFilter, page: PageInput): Promise<ListPage<GroupRow>> {
    return this.page('groups', BY_PATH, every([
      visible(context, 'g'),
      ...equals('g.space_id', filter.spaceId),
      ...equals('g.status', filter.status),
      ...equals('g.parent_group_id', filter.parentGroupId),
      ...contains(['g.id', 'g.path', 'g.display_name'], filter.search),
    ]), page);
  }

  /** The given Group, or the topmost Groups that the caller may read; their children hang below them. */
  async roots(context: RequestContext, spaceId: string, rootId: string | undefined, page: PageInput): Promise<ListPage<GroupRow>> {
    const isTop = sql`NOT EXISTS (SELECT FROM sys_identity.groups p WHERE p.id = g.parent_group_id AND ${visible(context, 'p')})`;
    const where = every([visible(context, 'g'), sql`g.space_id = ${spaceId}`, rootId === undefined ? isTop : sql`g.id = ${rootId}`]);
    return this.page('groupTree', AMONG_SIBLINGS, where, page);
  }

  /** Groups by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(GroupRow | undefined)[]> {
    const rows = await this.database.query<GroupRow>(sql`SELECT ${GROUP_COLUMNS} FROM ${FROM} WHERE g.id = ANY (${ids}) AND ${visible(context, 'g')}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  /** Children of many Groups. First pages are read for all of them by one statement; a cursor belongs to one parent. */
  async children(context: RequestContext, parentIds: readonly string[], page: PageInput): Promise<ListPage<GroupRow>[]> {
    const slice = toSlice('groupChildren', AMONG_SIBLINGS.length, page);
    if (slice.backward || slice.position !== undefined) return Promise.all(parentIds.map((id) => this.childrenOf(context, id, page)));
    const keyset = raw(AMONG_SIBLINGS.map(({ expression }) => `(${expression})::text`).join(', '));
    const rows = await this.database.query<GroupRow & { keyset: string[] }>(sql`
      SELECT c.* FROM unnest(${parentIds}::text[]) AS parent (id) CROSS JOIN LATERAL (
        SELECT ${GROUP_COLUMNS}, ARRAY[${keyset}] AS keyset FROM ${FROM}
        WHERE g.parent_group_id = parent.id AND g.space_id = (SELECT p.space_id FROM sys_identity.groups p WHERE p.id = parent.id) AND ${visible(context, 'g')}
        ORDER BY g.sort_order, g.key, g.id LIMIT ${slice.limit + 1}) AS c ORDER BY c."sortOrder", c.key, c.id`);
    const families = Map.groupBy(rows, ({ parentGroupId }) => parentGroupId);
    return parentIds.map((parentId) => {
      const family = families.get(parentId) ?? [];
      const edges = family.slice(0, slice.limit).map((node) => ({ node, cursor: encodeCursor('groupChildren', node.keyset) }));
      return {
        edges,
        pageInfo: {
          hasNextPage: family.length > slice.limit,
          hasPreviousPage: false,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
        totalCount: async () => (await this.childrenOf(context, parentId, { first: 0 })).totalCount(),
      };
    });
  }

  private childrenOf(context: RequestContext, parentId: string, page: PageInput): Promise<ListPage<GroupRow>> {
    return this.page('groupChildren', AMONG_SIBLINGS, every([visible(context, 'g'), sql`g.parent_group_id = ${parentId}`]), page);
  }

  private page(name: string, order: readonly OrderColumn[], where: Sql, page: PageInput): Promise<ListPage<GroupRow>> {
    return listPage<GroupRow>(this.database, name, { select: GROUP_COLUMNS, from: FROM, where, order }, page);
  }
}

function visible(context: RequestContext, alias: 'g' | 'p'): Sql {
  return reachPredicate(reach(context.caller, 'groups:read', context.request.now), { spaceId: `${alias}.space_id`, groupPath: `${alias}.path` });
}

/** Reads of Groups. */
export const groupQueriesRef = createServiceRef<GroupQueries>({ id: 'identity.group_queries', scope: 'process' });
