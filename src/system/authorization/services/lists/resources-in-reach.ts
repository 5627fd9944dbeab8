import { every, raw, some, sql, type PreparingExecutor, type Sql } from '../../../../persistence/index.js';
import { reachPredicate, type Reach } from '../../../shared/contracts/index.js';
import type { FactRevision, ResourceFact } from '../../engine/index.js';
import type { Reachable } from '../../fact-index/reachable.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { defined } from '../inline-facts.js';
import type { Cut } from './page-of.js';

/** Above this many Groups the rows are read in order and sifted: then many of them belong to the answer. */
const MOST_NAMED_GROUPS = 2_000;

/** Rows that could be in the answer, and the revisions of the database when they were read. */
export interface ResourceRows {
  readonly rows: readonly ResourceFact[];
  readonly revision: FactRevision;
}

interface Row {
  readonly space: string | null;
  readonly instance: string;
  readonly fact: { readonly [Column in keyof ResourceFact]: ResourceFact[Column] | null } | null;
}

/** Where a Resource stands in the list: Group by Group, those without one first. */
export function positionOf({ groupId, id }: ResourceFact): readonly [string, string] {
  return [groupId ?? '', id];
}

/** Reads the next Resources of a type within reach, in the order of the list. */
export async function resourcesInReach(
  executor: PreparingExecutor,
  index: SpaceIndex,
  resourceType: string,
  asked: { readonly reachable: Reachable; readonly memberId: string; readonly held: Reach; readonly cut: Pick<Cut, 'backward' | 'position'>; readonly most: number },
): Promise<ResourceRows> {
  const { reachable, memberId, held, cut: { backward, position }, most } = asked;
  const parts: Sql[] = [];
  if (reachable.isSpace) parts.push(raw('TRUE'));
  else if (reachable.groups.size > 0) {
    const ids = [...reachable.groups].map((row) => index.groups.id(row)).sort();
    parts.push(ids.length <= MOST_NAMED_GROUPS ? sql`coalesce(r.group_id, '') = ANY (${ids}::text[])` : sql`r.group_id IN (SELECT unnest(${ids}::text[]))`);
  }
  const own = sql`r.owner_member_id = ${memberId}`;
  const order = raw(backward ? `coalesce(r.group_id, '') DESC, r.id DESC` : `coalesce(r.group_id, ''), r.id`);
  const after = position === undefined ? [] : [sql`(coalesce(r.group_id, ''), r.id) ${raw(backward ? '<' : '>')} (${position[0]}, ${position[1]})`];
  const where = (reached: Sql): Sql => every([
    sql`r.space_id = ${index.spaceId} AND r.resource_type = ${resourceType} AND r.status = 'active'`, reached,
    reachPredicate(held, { spaceId: 'r.space_id', groupPath: 'g.path' }), ...after,
  ]);
  // What the Member owns is looked up by its owner: one condition with OR would read everything.
  const branches = [...(parts.length > 0 ? [some(parts)] : []), ...(reachable.isOwn && !reachable.isSpace ? [own] : [])];
  if (branches.length === 0) return { rows: [], revision: { space: index.revision, instance: index.registry.revision } };
  const selects = branches.map((branch) => sql`(SELECT r.*, g.path FROM sys_resource.resources r LEFT JOIN sys_identity.groups g ON g.id = r.group_id
    WHERE ${where(branch)} ORDER BY ${order} LIMIT ${most})`);
  const [one, other] = selects as [Sql, Sql | undefined];
  const united = other === undefined ? one : sql`${one} UNION ${other}`;
  const rows = await executor.query<Row>(sql`
    SELECT (SELECT rev FROM sys_authz.revision WHERE space_id = ${index.spaceId}) AS space, (SELECT rev FROM sys_authz.revision WHERE space_id = '') AS instance,
      listed.fact
    FROM (SELECT 1) AS always LEFT JOIN LATERAL (
      SELECT json_build_object('id', r.id, 'spaceId', r.space_id, 'resourceType', r.resource_type, 'externalId', r.external_id, 'groupId', r.group_id,
        'ownerMemberId', r.owner_member_id, 'visibility', r.visibility, 'status', r.status, 'metadata', nullif(r.metadata, '{}')) AS fact
      FROM (${united}) AS r ORDER BY ${order} LIMIT ${most}) AS listed ON true`);
  const [first] = rows;
  return {
    rows: rows.flatMap(({ fact }) => (fact === null ? [] : [defined(Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, value ?? undefined]))) as unknown as ResourceFact])),
    revision: { space: Number(first?.space ?? 0), instance: Number(first?.instance ?? 0) },
  };
}
