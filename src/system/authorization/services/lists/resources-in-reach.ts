import { every, raw, sql, type PreparingExecutor, type Sql } from '../../../../persistence/index.js';
import { reachPredicate, type Reach } from '../../../shared/contracts/index.js';
import type { FactRevision, ResourceFact } from '../../engine/index.js';
import type { Reachable } from '../../fact-index/reachable.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { defined } from '../inline-facts.js';
import type { Cut } from './page-of.js';

/** Of how many Groups one has to be reached for the rows to be read in order and sifted: then enough of them belong to the answer. */
const SIFTED = 8;
/** Groups that one statement names at first; each that follows names four times as many. */
const NAMED_AT_FIRST = 250;

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

/** What is read for one page. */
export interface ReachQuestion {
  readonly reachable: Reachable;
  readonly memberId: string;
  /** Where the caller may ask. */
  readonly held: Reach;
  readonly cut: Pick<Cut, 'backward' | 'position'>;
  readonly most: number;
}

/** Reads the next Resources of a type within reach, in the order of the list; some beside the reach may be among them. */
export async function resourcesInReach(executor: PreparingExecutor, index: SpaceIndex, resourceType: string, asked: ReachQuestion): Promise<ResourceRows> {
  const { reachable: { isSpace, isOwn, groups }, memberId, cut, most } = asked;
  // What the Member owns is looked up by its owner: one condition with OR would read everything.
  const own = isOwn && !isSpace ? { own: sql`r.owner_member_id = ${memberId}` } : undefined;
  if (isSpace || groups.most * SIFTED > index.groups.count) return readBranches(executor, index, resourceType, asked, { all: raw('TRUE') });
  const [at] = cut.position ?? [];
  const ids = groups.ids(at === '' ? undefined : at, cut.backward)[Symbol.iterator]();
  let read: ResourceRows | undefined;
  for (let named = own !== undefined ? Number.POSITIVE_INFINITY : NAMED_AT_FIRST; ; named *= 4) {
    const some = take(ids, named);
    const branches = { ...(some.length > 0 ? { named: sql`coalesce(r.group_id, '') = ANY (${some}::text[])` } : {}), ...own };
    if (Object.keys(branches).length === 0) return read ?? { rows: [], revision: { space: index.revision, instance: index.registry.revision } };
    const next = await readBranches(executor, index, resourceType, { ...asked, most: most - (read?.rows.length ?? 0) }, branches);
    // Of two moments there is no page; the caller sees that this is not the revision of its index.
    if (read !== undefined && (next.revision.space !== read.revision.space || next.revision.instance !== read.revision.instance)) return next;
    read = { rows: [...(read?.rows ?? []), ...next.rows], revision: next.revision };
    if (read.rows.length >= most || some.length < named) return read;
  }
}

function take(ids: Iterator<string>, most: number): string[] {
  const taken: string[] = [];
  for (let next = ids.next(); next.done !== true; next = ids.next()) if (taken.push(next.value) >= most) break;
  return taken;
}

async function readBranches(executor: PreparingExecutor, index: SpaceIndex, resourceType: string, asked: ReachQuestion, branches: Readonly<Record<string, Sql>>): Promise<ResourceRows> {
  const { held, cut: { backward, position }, most } = asked;
  const order = raw(backward ? `coalesce(r.group_id, '') DESC, r.id DESC` : `coalesce(r.group_id, ''), r.id`);
  const after = position === undefined ? [] : [sql`(coalesce(r.group_id, ''), r.id) ${raw(backward ? '<' : '>')} (${position[0]}, ${position[1]})`];
  const where = (reached: Sql): Sql => every([
    sql`r.space_id = ${index.spaceId} AND r.resource_type = ${resourceType} AND r.status = 'active'`, reached,
    reachPredicate(held, { spaceId: 'r.space_id', groupPath: 'g.path' }), ...after,
  ]);
  const selects = Object.values(branches).map((branch) => sql`(SELECT r.*, g.path FROM sys_resource.resources r LEFT JOIN sys_identity.groups g ON g.id = r.group_id
    WHERE ${where(branch)} ORDER BY ${order} LIMIT ${most})`);
  const [one, other] = selects as [Sql, Sql | undefined];
  const united = other === undefined ? one : sql`${one} UNION ${other}`;
  const statement = sql`
    SELECT (SELECT rev FROM sys_authz.revision WHERE space_id = ${index.spaceId}) AS space, (SELECT rev FROM sys_authz.revision WHERE space_id = '') AS instance,
      listed.fact
    FROM (SELECT 1) AS always LEFT JOIN LATERAL (
      SELECT json_build_object('id', r.id, 'spaceId', r.space_id, 'resourceType', r.resource_type, 'externalId', r.external_id, 'groupId', r.group_id,
        'ownerMemberId', r.owner_member_id, 'visibility', r.visibility, 'status', r.status, 'metadata', nullif(r.metadata, '{}')) AS fact
      FROM (${united}) AS r ORDER BY ${order} LIMIT ${most}) AS listed ON true`;
  // Reach by single Groups has as many forms as there are Groups; all others have a plan that stays.
  const form = [...Object.keys(branches), backward ? 'backward' : 'forward', position === undefined ? 'first' : 'next', held.instance ? 'instance' : `spaces${Math.min(held.spaces.size, 1)}`];
  const rows = held.instance || held.groups.length === 0 ? await executor.prepared<Row>(`listed_resources.${form.join('.')}`, statement) : await executor.query<Row>(statement);
  const [first] = rows;
  return {
    rows: rows.flatMap(({ fact }) => (fact === null ? [] : [defined(Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, value ?? undefined]))) as unknown as ResourceFact])),
    revision: { space: Number(first?.space ?? 0), instance: Number(first?.instance ?? 0) },
  };
}
