import type { Database } from '../../../persistence/index.js';
import type { Facts } from '../engine/index.js';
import type { FactRequest, FactSource } from './fact-source.js';
import { FACT_SQL } from './fact-sql.js';
import { FoundFacts, type FactRow } from './found-facts.js';

/** Reads facts from the database: always fresh, all of one call in one statement and so of one snapshot. */
export class FactLoader implements FactSource {
  constructor(private readonly database: Database) {}

  async load(requests: readonly FactRequest[]): Promise<readonly Facts[]> {
    if (requests.length === 0) return [];
    const { rows } = await this.database.pool.query<FactRow>({ name: 'authorization.facts', text: FACT_SQL, values: parameters(requests) });
    const found = new FoundFacts(rows);
    return requests.map((request) => found.of(request));
  }
}

function parameters(requests: readonly FactRequest[]): unknown[] {
  const all = requests.map(({ question }) => question);
  const withActor = requests.filter(({ mode }) => mode !== 'inline').map(({ question }) => question);
  const withTarget = requests.filter(({ mode }) => mode === 'stored').map(({ question }) => question);
  const groups = requests.flatMap(({ targetGroup }) => (targetGroup === undefined ? [] : [targetGroup]));
  const byId = groups.filter(({ id }) => id !== undefined);
  const byPath = groups.filter(({ id, path }) => id === undefined && path !== undefined);
  const rights = [...new Map(withActor.map((question) => [JSON.stringify([question.resourceType, question.action]), question])).values()];
  return [
    distinct(withActor.map(({ actor }) => actor.userId)),
    distinct(withActor.map(({ actor }) => actor.memberId)),
    distinct(withActor.map(({ actor }) => actor.userMemberId)),
    distinct(all.map(({ actor }) => actor.spaceId)),
    distinct(all.map(({ resourceType }) => resourceType)),
    distinct(all.map(({ action }) => action)),
    distinct(withTarget.map(({ resourceId }) => resourceId)),
    byId.map(({ spaceId }) => spaceId),
    byId.map(({ id }) => id),
    byPath.map(({ spaceId }) => spaceId),
    byPath.map(({ path }) => path),
    rights.map(({ resourceType }) => resourceType),
    rights.map(({ action }) => action),
  ];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
