import type { AccessChange } from './access-change.js';
import { entriesOf, keyOfEntry, type AccessEntry, type EntryFilter, type View } from './access-entries.js';
import { reasonsOf, reasonsOfBinding, type ChangeReason } from './change-reasons.js';
import { coversGroup } from './group-coverage.js';
import { isUsable, type ViewPair } from './view-pair.js';

/** What has changed for one Member between two views. Nothing is said twice: of an entry that itself is gained or lost, only that. */
export function changesOfMember(pair: ViewPair, memberId: string, filter: EntryFilter): AccessChange[] {
  const rows = pair.rowsOf(memberId);
  const areEntriesSame = pair.hasSameEntries(rows);
  const areBindingsSame = pair.hasSameBindings(rows);
  if (areEntriesSame && areBindingsSame && pair.changedGroups.length === 0) return [];
  const before = entriesOf(pair.from, rows.from, filter);
  const after = areEntriesSame ? before : entriesOf(pair.to, rows.to, filter);
  const [keysBefore, keysAfter] = [new Set(before.map(keyOfEntry)), new Set(after.map(keyOfEntry))];
  const changes: AccessChange[] = [
    ...before.filter((entry) => !keysAfter.has(keyOfEntry(entry)))
      .map((entry) => ({ ...entry, memberId, direction: 'lost' as const, reasons: reasonsOf(pair.from, pair.to, memberId, entry, 'lost') })),
    ...after.filter((entry) => !keysBefore.has(keyOfEntry(entry)))
      .map((entry) => ({ ...entry, memberId, direction: 'gained' as const, reasons: reasonsOf(pair.to, pair.from, memberId, entry, 'gained') })),
  ];
  const lasting = after.filter((entry) => keysBefore.has(keyOfEntry(entry)));
  if (!areBindingsSame) changes.push(...changesOfBindings(pair, memberId, lasting));
  return [...changes, ...changesOfGroups(pair, memberId, lasting)];
}

function changesOfBindings(pair: ViewPair, memberId: string, lasting: readonly AccessEntry[]): AccessChange[] {
  const rows = pair.rowsOf(memberId);
  const bindings = (view: View, row: number | undefined) => new Map((row === undefined ? [] : view.index.actors.bindingsOf(row)).map((binding) => [binding.id, binding]));
  const [before, after] = [bindings(pair.from, rows.from), bindings(pair.to, rows.to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((userMemberId) => {
    const [old, current] = [before.get(userMemberId), after.get(userMemberId)];
    const was = old !== undefined && isUsable(pair.from.index.actors, old, pair.from.clock);
    const is = current !== undefined && isUsable(pair.to.index.actors, current, pair.to.clock);
    if (was === is) return [];
    const direction = is ? 'gained' : 'lost';
    const reasons = is ? reasonsOfBinding(pair.from.index.actors, old, pair.from.clock, 'gained') : reasonsOfBinding(pair.to.index.actors, current, pair.to.clock, 'lost');
    const { userId } = (is ? current : old) as { readonly userId: string };
    return lasting.map((entry): AccessChange => ({ ...entry, memberId, direction, reasons, userId, userMemberId }));
  });
}

function changesOfGroups(pair: ViewPair, memberId: string, lasting: readonly AccessEntry[]): AccessChange[] {
  return pair.changedGroups.flatMap(({ id: groupId, isMoved, hasOtherStatus }) => lasting.flatMap((entry): AccessChange[] => {
    const [was, is] = [coversGroup(pair.from, entry, groupId), coversGroup(pair.to, entry, groupId)];
    if (was === is) return [];
    const reasons: ChangeReason[] = [...(hasOtherStatus && entry.effect === 'allow' ? ['group_changed' as const] : []), ...(isMoved && isInTree(entry) ? ['group_moved' as const] : [])];
    return [{ ...entry, memberId, direction: is ? 'gained' : 'lost', reasons, groupId }];
  }));
}

function isInTree({ scope }: AccessEntry): boolean {
  return scope === 'group_tree';
}
