import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { BEYOND, firstSeq, logEnd, type LogWindow } from './log-window.js';

/** Where an event stands. */
export interface Place {
  readonly seq: number;
  readonly index: number;
}

/** Which events of the log are wanted. */
export interface LogSelection {
  /** Predicate over `sys_audit.event e`. */
  readonly where: Sql;
  /** Spaces to which the selection is confined, besides its predicate: each is read along its own index. */
  readonly spaceIds?: readonly string[];
}

/** Which part of them: at most `limit`, in the order of the log or against it, beyond an index. */
export interface LogSlice {
  readonly descending: boolean;
  /** Not included; the end of the log, or its start, when absent. */
  readonly beyond?: number;
  readonly limit: number;
}

/** Places in the order asked for. */
export interface LogPage {
  readonly places: readonly Place[];
  /** End of the log when it was read: every wanted event before it was found, unless the page is full. */
  readonly end: number;
}

const MARGIN = 20;

/**
 * Reads a page in log order through the indexes on `seq`, without walking the log. Within a batch, and nearly always between
 * batches, log order is `seq` order; where an event got its place later than its `seq` says, its batch is out of line, and the page
 * is mended by looking those batches up.
 */
export async function readLogPage(executor: SqlExecutor, selection: LogSelection, slice: LogSlice): Promise<LogPage> {
  const end = await logEnd(executor);
  const { descending, beyond, limit } = slice;
  const window: LogWindow = descending ? { lower: -1, upper: Math.min(beyond ?? end, end) } : { lower: beyond ?? -1, upper: end };
  const inOrder = (a: Place, b: Place): number => (descending ? b.index - a.index : a.index - b.index);
  const found: Place[] = [];
  const start = limit > 0 && window.upper - window.lower > 1 ? await firstSeq(executor, window, descending) : undefined;
  if (start === undefined) return { places: [], end };
  let edge = descending ? start + 1 : start - 1;
  let exhausted = false;
  for (let size = limit + MARGIN; found.length < limit && !exhausted; size *= 2) {
    const scanned = await scan(executor, selection, edge, size, descending);
    found.push(...scanned.filter((place): place is Place => place.index !== null && place.index > window.lower && place.index < window.upper));
    edge = scanned.at(-1)?.seq ?? edge;
    exhausted = scanned.length < size;
  }
  found.sort(inOrder);
  const last = found[limit - 1];
  if (!exhausted && last !== undefined) found.push(...await outOfLine(executor, selection, descending ? { lower: last.index, upper: window.upper } : { lower: window.lower, upper: last.index }, edge, descending));
  return { places: found.sort(inOrder).slice(0, limit), end };
}

// The next wanted events beyond `edge` by seq, each with its index; null while it has none.
function scan(executor: SqlExecutor, { where, spaceIds }: LogSelection, edge: number, size: number, descending: boolean): Promise<{ seq: number; index: number | null }[]> {
  const [compared, order] = descending ? [raw('<'), raw('DESC')] : [raw('>'), raw('ASC')];
  const along = (confined: Sql): Sql => sql`
    SELECT e.seq FROM sys_audit.event e WHERE ${confined} AND ${where} AND e.seq ${compared} ${edge} ORDER BY e.seq ${order} LIMIT ${size}`;
  const wanted = spaceIds === undefined ? along(raw('TRUE')) : sql`
    SELECT s.seq FROM unnest(${[...spaceIds]}::text[]) lane (space_id) CROSS JOIN LATERAL (${along(raw('e.space_id = lane.space_id'))}) s
    ORDER BY s.seq ${order} LIMIT ${size}`;
  return executor.query(sql`
    SELECT w.seq, p.index FROM (${wanted}) w LEFT JOIN LATERAL (${indexOf('w.seq')}) p ON TRUE ORDER BY w.seq ${order}`);
}

// Wanted events inside the window whose seq lies beyond the edge of the scan.
function outOfLine(executor: SqlExecutor, { where, spaceIds }: LogSelection, window: LogWindow, edge: number, descending: boolean): Promise<Place[]> {
  const batches = descending
    ? sql`point(b.first_index, b.min_seq) <@ box(point(${window.lower + 1}::float8, -1), point(${window.upper - 1}::float8, ${edge - 1}::float8))`
    : sql`point(b.first_index, b.max_seq) <@ box(point(-1, ${edge + 1}::float8), point(${window.upper - 1}::float8, ${BEYOND}::float8)) AND b.first_index + b.count > ${window.lower + 1}`;
  return executor.query<Place>(sql`
    SELECT s.seq, s.index
    FROM (
      SELECT u.seq, b.first_index + u.place - 1 AS index
      FROM sys_audit.batch b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place)
      WHERE ${batches} AND u.seq ${raw(descending ? '<' : '>')} ${edge}
        AND b.first_index + u.place - 1 > ${window.lower} AND b.first_index + u.place - 1 < ${window.upper}
    ) s CROSS JOIN LATERAL (SELECT 1 FROM sys_audit.event e WHERE e.seq = s.seq AND ${where}
      AND ${spaceIds === undefined ? raw('TRUE') : sql`e.space_id = ANY (${[...spaceIds]})`} LIMIT 1) wanted`);
}

/** Query for the index of one event, by an expression for its seq. */
export function indexOf(seq: string): Sql {
  return raw(`SELECT b.first_index + array_position(b.seqs, ${seq}) - 1 AS index FROM sys_audit.batch b
    WHERE b.max_seq >= ${seq} AND b.min_seq <= ${seq} AND ${seq} = ANY (b.seqs) ORDER BY b.max_seq LIMIT 1`);
}
