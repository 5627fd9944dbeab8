import { every, raw, some, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { reachPredicate, type Reach } from '../../../shared/contracts/index.js';
import type { Question, ResourceFact } from '../../engine/index.js';
import { reachableBy, type Reachable } from '../../fact-index/reachable.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { factOfBody, type FactBody } from '../fact-bodies.js';
import { defined } from '../inline-facts.js';
import { MOST_COUNTED, type Cut } from '../lists/page-of.js';

/**
 * Resources of the past on which a decision allows, in the order of their ids: up to one more than the cut has, in its direction.
 *
 * @param held - where the caller may ask today
 * @param clock - starts and ends are compared with it; milliseconds since the epoch
 */
export async function allowedPastResources(executor: SqlExecutor, index: SpaceIndex, question: Question, held: Reach, clock: number, cut: Cut): Promise<ResourceFact[]> {
  const member = index.knows(question.actor) ? index.actors.row(question.actor.memberId) : undefined;
  const pair = index.registry.type(question.resourceType)?.actions.get(question.action);
  if (member === undefined || pair === undefined) return [];
  const reachable = reachableBy(index, member, pair, clock);
  const allowed: ResourceFact[] = [];
  let { position } = cut;
  for (let most = cut.limit + 1; ; most = Math.min(most * 2, MOST_COUNTED)) {
    const { memberId } = question.actor;
    const read = await readPastResources(executor, index, { resourceType: question.resourceType, reachable, memberId, held, cut: { backward: cut.backward, position }, most });
    for (const resource of read) {
      const decision = index.decide({ ...question, resourceId: resource.id }, { resource, isInline: false }, clock);
      if (decision?.decision === 'ALLOW' && allowed.push(resource) > cut.limit) return allowed;
    }
    const last = read.at(-1);
    if (last === undefined || read.length < most) return allowed;
    position = [last.id];
  }
}

interface PastResourcesQuestion {
  readonly resourceType: string;
  readonly memberId: string;
  readonly reachable: Reachable;
  readonly held: Reach;
  readonly cut: Pick<Cut, 'backward' | 'position'>;
  readonly most: number;
}

// A Resource never changes Space or type and goes only with its Space, so the table of today names each that there was. What the caller
// may see of them is held against the Groups of then where they lie now.
async function readPastResources(executor: SqlExecutor, index: SpaceIndex, asked: PastResourcesQuestion): Promise<ResourceFact[]> {
  const { reachable, memberId, held, cut: { backward, position: [at] = [] }, most } = asked;
  const reached: Sql[] = [];
  if (reachable.isSpace) reached.push(raw('TRUE'));
  if (reachable.groups.most > 0) reached.push(sql`n.body ->> 'group_id' IN (SELECT unnest(${[...reachable.groups.ids()]}::text[]))`);
  if (reachable.isOwn) reached.push(sql`n.body ->> 'owner_member_id' = ${memberId}`);
  if (reached.length === 0) return [];
  const rows = await executor.query<{ body: FactBody }>(sql`
    SELECT n.body FROM sys_resource.resources r
    CROSS JOIN LATERAL (
      SELECT v.removed, v.body FROM sys_authz.fact_version v
      WHERE v.kind = 'resource' AND v.id = r.id AND v.space_id = ${index.spaceId} AND v.rev <= ${index.revision} ORDER BY v.rev DESC LIMIT 1) AS n
    LEFT JOIN sys_identity.groups g ON g.id = n.body ->> 'group_id' AND g.space_id = r.space_id
    WHERE ${every([
      sql`r.space_id = ${index.spaceId} AND r.resource_type = ${asked.resourceType}`,
      raw(`NOT n.removed AND n.body ->> 'status' = 'active'`),
      some(reached),
      reachPredicate(held, { spaceId: 'r.space_id', groupPath: 'g.path' }),
      ...(at === undefined ? [] : [sql`r.id ${raw(backward ? '<' : '>')} ${at}`]),
    ])}
    ORDER BY r.id ${raw(backward ? 'DESC' : 'ASC')} LIMIT ${most}`);
  return rows.map(({ body }) => resourceOfBody(body));
}

/** The Resource that a version says. */
export function resourceOfBody(body: FactBody): ResourceFact {
  const { fact } = factOfBody('resource', body) as { fact: Record<string, unknown> };
  return defined(Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, value ?? undefined]))) as unknown as ResourceFact;
}
