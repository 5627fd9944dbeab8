import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Decision, Facts, GroupFact } from '../../engine/index.js';
import type { FactRequest, FactSource, LoadedFacts } from '../fact-source.js';
import type { PastFactLoader } from '../past-fact-loader.js';
import type { AskedMoment } from './as-of.js';
import type { Moments } from './moments.js';

/** What {@link TimeTravellingFacts} are made of. */
export interface TimeTravelParts {
  /** Answers questions about the present. */
  readonly present: FactSource;
  readonly past: Pick<PastFactLoader, 'load'>;
  readonly moments: Moments;
  readonly executor: SqlExecutor;
}

type PastRequest = FactRequest & { readonly asOf: AskedMoment };

/** Facts of the present, and out of their versions those of the past: a question about the past never sees what is true today. */
export class TimeTravellingFacts implements FactSource {
  constructor(private readonly parts: TimeTravelParts) {}

  async load(requests: readonly FactRequest[], now: number): Promise<readonly LoadedFacts[]> {
    if (!requests.some(isPast)) return this.parts.present.load(requests, now);
    const past = requests.filter(isPast);
    const present = requests.filter((request) => !isPast(request));
    const [then, today] = await Promise.all([this.loadPast(past, now), present.length === 0 ? [] : this.parts.present.load(present, now)]);
    const [fromThen, fromToday] = [then.values(), today.values()];
    return requests.map((request) => (isPast(request) ? fromThen : fromToday).next().value as LoadedFacts);
  }

  verify(request: FactRequest, facts: Facts, decision: Decision, now: number): Promise<Decision> | Decision {
    return this.parts.present.verify?.(request, facts, decision, now) ?? decision;
  }

  private async loadPast(requests: readonly PastRequest[], now: number): Promise<LoadedFacts[]> {
    const moments = await this.parts.moments.find(requests.map(({ question, asOf }) => ({ spaceId: question.actor.spaceId, asked: asOf })), now);
    const asked = requests.map((request, index) => ({ request, moment: moments[index] as (typeof moments)[number] }));
    const facts = await this.parts.past.load(asked.map(({ request, moment: { revision, seenAt } }) => ({ ...request, revision, moment: seenAt })));
    const places = await placesToday(this.parts.executor, facts.flatMap(({ group }) => (group === undefined ? [] : [group])));
    return asked.map(({ moment: { clock } }, index) => {
      const found = facts[index] as Facts;
      return { ...found, past: { clock, place: found.group === undefined ? undefined : places.get(found.group.id) } };
    });
  }
}

/**
 * Where Groups of the past lie today, by id: rights to ask are today's, so they are held against the tree of today. A Group that is gone
 * lies nowhere, and only a right to the whole Space reaches it.
 */
export async function placesToday(executor: SqlExecutor, groups: readonly GroupFact[]): Promise<ReadonlyMap<string, GroupFact>> {
  const ids = [...new Set(groups.map(({ id }) => id))];
  if (ids.length === 0) return new Map();
  const rows = await executor.query<GroupFact>(sql`SELECT id, space_id AS "spaceId", path, status FROM sys_identity.groups WHERE id = ANY (${ids}::text[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

function isPast(request: FactRequest): request is PastRequest {
  return request.asOf !== undefined;
}
