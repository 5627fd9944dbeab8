import type { AccessEntry, View } from './access-entries.js';

/** A Group that is there at both moments and stands or counts otherwise. */
export interface ChangedGroup {
  readonly id: string;
  readonly isMoved: boolean;
  readonly hasOtherStatus: boolean;
}

/** Groups of two views that have another parent, or another status. */
export function changedGroups(from: View, to: View): ChangedGroup[] {
  const changed: ChangedGroup[] = [];
  for (const row of from.index.groups.all()) {
    const id = from.index.groups.id(row);
    const later = to.index.groups.row(id);
    if (later === undefined) continue;
    const isMoved = parentOf(from, row) !== parentOf(to, later);
    const hasOtherStatus = from.index.groups.isActive(row) !== to.index.groups.isActive(later);
    if (isMoved || hasOtherStatus) changed.push({ id, isMoved, hasOtherStatus });
  }
  return changed;
}

/** Whether an entry that is in force reaches what lies in a Group itself. A Group that does not count has nothing that could be allowed. */
export function coversGroup({ index: { groups } }: View, { effect, scope, anchorGroupId }: AccessEntry, groupId: string): boolean {
  const group = groups.row(groupId);
  if (group === undefined || (effect === 'allow' && !groups.isActive(group))) return false;
  const anchor = anchorGroupId === undefined ? undefined : groups.row(anchorGroupId);
  if (scope === 'group') return anchor === undefined ? effect === 'deny' : anchor === group;
  if (scope === 'group_tree') return anchor === undefined ? effect === 'deny' : groups.isWithin(anchor, group);
  return true;
}

function parentOf({ index: { groups } }: View, row: number): string | undefined {
  const [, parent] = groups.upwards(row);
  return parent === undefined ? undefined : groups.id(parent);
}
