import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import type { AskedMoment } from './as-of.js';

/** A position in the past of a Space. */
export interface Moment {
  readonly revision: FactRevision;
  /** Starts and ends are compared with it; milliseconds since the epoch. */
  readonly clock: number;
  /** Where objects of other Spaces are seen, whose revisions are not known; milliseconds since the epoch. */
  readonly seenAt: number;
}

/** A moment that is asked for, and the Space in which. */
export interface MomentRequest {
  readonly spaceId: string;
  readonly asked: AskedMoment;
}

interface Row {
  readonly space: number;
  readonly instance: number;
  readonly recordedAt: Date | null;
  readonly newestSpace: number;
  readonly newestInstance: number;
  readonly removed: number;
}

/**
 * Finds the positions of moments. A time stands for the newest revisions that were recorded at or before it, to the millisecond. A Space
 * has no past before its removal: what came after under the same id is another Space, whose people must not read of the first one.
 */
export class Moments {
  constructor(private readonly executor: SqlExecutor) {}

  /** The position of one moment. @throws PolityError `VALIDATION_FAILED` for a revision that is not known here */
  async one(request: MomentRequest, now: number): Promise<Moment> {
    const [moment] = (await this.find([request], now)) as [Moment];
    return moment;
  }

  /** Positions in the order of the requests, by one statement. @throws PolityError `VALIDATION_FAILED` for a revision that is not known here */
  async find(requests: readonly MomentRequest[], now: number): Promise<Moment[]> {
    const keys = requests.map(({ spaceId, asked: { revision, time } }) => JSON.stringify([spaceId, revision?.space, revision?.instance, time]));
    const distinct = [...new Map(requests.map((request, index) => [keys[index] as string, request])).entries()];
    const rows = await this.read(distinct.map(([, request]) => request));
    const found = new Map(distinct.map(([key], index) => [key, rows[index] as Row]));
    return requests.map((request, index) => momentOf(request, found.get(keys[index] as string) as Row, now));
  }

  private read(requests: readonly MomentRequest[]): Promise<Row[]> {
    const asked = requests.map(({ asked: each }) => each);
    return this.executor.query<Row>(sql`
      WITH a AS (
        SELECT * FROM unnest(${requests.map((_, number) => number)}::int[], ${requests.map(({ spaceId }) => spaceId)}::text[],
          ${asked.map(({ revision }) => revision?.space ?? null)}::bigint[], ${asked.map(({ revision }) => revision?.instance ?? null)}::bigint[],
          ${asked.map(({ time }) => (time === undefined ? null : new Date(time + 1)))}::timestamptz[]) AS a (number, space_id, space_rev, instance_rev, before))
      SELECT
        coalesce(a.space_rev, (
          SELECT v.rev FROM sys_authz.fact_version v WHERE v.space_id = a.space_id AND v.recorded_at < a.before ORDER BY v.recorded_at DESC, v.rev DESC LIMIT 1), 0) AS space,
        coalesce(a.instance_rev, (
          SELECT v.rev FROM sys_authz.fact_version v WHERE v.space_id = '' AND v.recorded_at < a.before ORDER BY v.recorded_at DESC, v.rev DESC LIMIT 1), 0) AS instance,
        greatest(
          (SELECT v.recorded_at FROM sys_authz.fact_version v WHERE v.space_id = a.space_id AND v.rev <= a.space_rev ORDER BY v.rev DESC LIMIT 1),
          (SELECT v.recorded_at FROM sys_authz.fact_version v WHERE v.space_id = '' AND v.rev <= a.instance_rev ORDER BY v.rev DESC LIMIT 1)) AS "recordedAt",
        coalesce((SELECT r.rev FROM sys_authz.revision r WHERE r.space_id = a.space_id), 0) AS "newestSpace",
        coalesce((SELECT r.rev FROM sys_authz.revision r WHERE r.space_id = ''), 0) AS "newestInstance",
        coalesce((SELECT max(v.rev) FROM sys_authz.fact_version v WHERE v.kind = 'space' AND v.id = a.space_id AND v.removed), 0) AS removed
      FROM a ORDER BY a.number`);
  }
}

function momentOf({ asked: { revision, time, path } }: MomentRequest, row: Row, now: number): Moment {
  const [space, instance] = [Number(row.space), Number(row.instance)];
  const isGone = space <= Number(row.removed);
  if (revision !== undefined && (space > Number(row.newestSpace) || instance > Number(row.newestInstance) || (isGone && space > 0))) {
    throw invalid([...path, 'revision'], 'This revision is not known here.');
  }
  // A clock has milliseconds, and what was recorded in one of them counts.
  const seenAt = (time ?? row.recordedAt?.getTime() ?? 0) + 1;
  return { revision: { space: isGone ? 0 : space, instance }, clock: time ?? now, seenAt };
}

/** Positions of the past of this instance. */
export const momentsRef = createServiceRef<Moments>({ id: 'authorization.moments', scope: 'process' });
