import type { SqlExecutor } from '../../../../persistence/index.js';
import type { Caller } from '../../../shared/contracts/index.js';
import { filterPredicate, type EventFilter } from '../read/event-filter.js';
import { EVENT_COLUMNS, type PlacedEvent } from '../read/event-record.js';
import { readLogPage } from '../read/log-page.js';
import { READ_KEY, visibleSelection } from '../read/visible-events.js';
import type { ReadableLog } from './log-window-reader.js';

const REPLAY_PAGE = 200;

/** The audit log as streams read it. */
export const AUDIT_LOG: ReadableLog = { events: 'sys_audit.event', batches: 'sys_audit.batch', head: 'sys_audit.head', columns: EVENT_COLUMNS };

/** Reads events of the past for a stream: those that the caller may read now, along the indexes of the filter. */
export async function replayAudit(
  executor: SqlExecutor,
  load: (places: Awaited<ReturnType<typeof readLogPage>>['places']) => Promise<readonly PlacedEvent[]>,
  filter: EventFilter,
  caller: Caller,
  beyond: number,
  now: number,
): Promise<{ events: readonly PlacedEvent[]; through: number }> {
  const selection = visibleSelection(caller, now, [READ_KEY], filterPredicate(filter));
  const { places, end } = await readLogPage(executor, selection, { descending: false, beyond, limit: REPLAY_PAGE });
  const last = places[REPLAY_PAGE - 1];
  return { events: await load(places), through: last === undefined ? end : last.index + 1 };
}
