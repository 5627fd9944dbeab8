import { every, raw, sql, type Sql } from '../../../../persistence/index.js';
import { covers, reach, reachPredicate, type Caller, type Reach } from '../../../shared/contracts/index.js';
import type { EventRecord } from './event-record.js';
import type { LogSelection } from './log-page.js';

/** Key that reads the audit log. */
export const READ_KEY = 'audit:read';
/** Key that also reads its sealed personal fields. */
export const READ_PERSONAL_KEY = 'audit:read_personal';

const GROUP_PATH = '(SELECT g.path FROM sys_identity.groups g WHERE g.space_id = e.space_id AND g.id = e.group_id)';

/** Predicate over `sys_audit.event e`: what a key of the caller reaches. */
export function visiblePredicate(held: Reach): Sql {
  return reachPredicate(held, { spaceId: 'e.space_id', groupPath: GROUP_PATH });
}

/** Confines a filter to what the caller may read: all keys must reach an event. */
export function visibleSelection(caller: Caller, now: number, keys: readonly string[], where: Sql): LogSelection {
  const reaches = keys.map((key) => reach(caller, key, now));
  const confined = reaches.find(({ instance }) => !instance);
  const predicate = every([...reaches.map(visiblePredicate), where]);
  if (confined === undefined) return { where: predicate };
  const spaceIds = [...new Set([...confined.spaces, ...confined.groups.map(({ spaceId }) => spaceId)])];
  return spaceIds.length === 1 ? { where: every([sql`e.space_id = ${spaceIds[0]}`, predicate]) } : { where: spaceIds.length === 0 ? raw('FALSE') : predicate, spaceIds };
}

/** Whether a key of the caller reaches one event: its group, its Space, or the instance. */
export function mayRead(caller: Caller, key: string, event: Pick<EventRecord, 'spaceId' | 'groupPath'>, now: number): boolean {
  return isWithin(reach(caller, key, now), event);
}

/** Whether a reach covers one event: its group, its Space, or the instance. */
export function isWithin(held: Reach, { spaceId, groupPath }: Pick<EventRecord, 'spaceId' | 'groupPath'>): boolean {
  return covers(held, spaceId === '' ? {} : { spaceId, groupPath: groupPath ?? undefined });
}
