import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { ResourceFact } from '../../engine/index.js';
import type { FactBody } from '../fact-bodies.js';
import { resourceOfBody } from './past-resources.js';

/** A Resource at a revision of its Space. */
export interface ResourceThen {
  readonly id: string;
  readonly rev: number;
}

/** Resources of a Space as they were, in the order of what is asked for; undefined for what was not there. By one statement. */
export async function resourcesThen(executor: SqlExecutor, spaceId: string, asked: readonly ResourceThen[]): Promise<(ResourceFact | undefined)[]> {
  if (asked.length === 0) return [];
  const rows = await executor.query<{ number: number; body: FactBody }>(sql`
    SELECT a.number, n.body
    FROM unnest(${asked.map((_, number) => number)}::int[], ${asked.map(({ id }) => id)}::text[], ${asked.map(({ rev }) => rev)}::bigint[]) AS a (number, id, rev)
    CROSS JOIN LATERAL (
      SELECT v.removed, v.body FROM sys_authz.fact_version v
      WHERE v.kind = 'resource' AND v.id = a.id AND v.space_id = ${spaceId} AND v.rev <= a.rev ORDER BY v.rev DESC LIMIT 1) AS n
    WHERE NOT n.removed`);
  const found = new Map(rows.map(({ number, body }) => [number, resourceOfBody(body)]));
  return asked.map((_, number) => found.get(number));
}
