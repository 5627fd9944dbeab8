import { compareText } from '../../../fact-index/compare-text.js';
import type { Cut, Placed } from '../../lists/page-of.js';
import { Breather } from '../breather.js';
import { inOrderOfPlace, type AccessChange } from './access-change.js';
import type { EntryFilter, View } from './access-entries.js';
import { changesOfMember } from './member-changes.js';
import type { ViewPair } from './view-pair.js';

/** Which changes are wanted. */
export interface ChangesQuestion extends EntryFilter {
  /** Members that are looked at, in the order of their ids; all when absent. */
  readonly memberIds?: readonly string[] | undefined;
}

type From = Pick<Cut, 'backward' | 'position'>;

/** Changes between two views by Member, then by what they are about, from a position on. Lets others have their turn. */
export async function* accessChanges(pair: ViewPair, question: ChangesQuestion, { backward, position }: From): AsyncGenerator<Placed<AccessChange>> {
  const [memberAt, placeAt] = position ?? [];
  const breather = new Breather();
  const members = question.memberIds ?? mergedMembers(pair, backward, memberAt);
  for (const memberId of backward && question.memberIds !== undefined ? question.memberIds.toReversed() : members) {
    if (breather.isDue) await breather.breathe();
    if (memberAt !== undefined && isBefore(memberId, memberAt, backward)) continue;
    const found = changesOfMember(pair, memberId, question);
    if (found.length === 0) continue;
    const placed = inOrderOfPlace(found);
    for (const [place, node] of backward ? placed.reverse() : placed) {
      if (memberId === memberAt && placeAt !== undefined && (place === placeAt || isBefore(place, placeAt, backward))) continue;
      yield { node, position: [memberId, place] };
    }
  }
}

/** Members of either view in the order of their ids, those before a position left out as far as that is cheap. */
export function* mergedMembers({ from, to }: ViewPair, backward: boolean, at: string | undefined): Iterable<string> {
  const [left, right] = [membersFrom(from, backward, at), membersFrom(to, backward, at)].map((members) => members[Symbol.iterator]()) as [Iterator<string>, Iterator<string>];
  let [one, other] = [left.next(), right.next()];
  while (one.done !== true || other.done !== true) {
    const order = one.done === true ? 1 : other.done === true ? -1 : compareText(one.value, other.value) * (backward ? -1 : 1);
    yield order <= 0 ? (one.value as string) : (other.value as string);
    if (order <= 0) one = left.next();
    if (order >= 0) other = right.next();
  }
}

// The Member of the position is looked at again: it may have more.
function* membersFrom({ index: { actors } }: View, backward: boolean, at: string | undefined): Iterable<string> {
  for (const row of actors.inOrder(at, backward)) yield actors.id(row);
}

function isBefore(id: string, at: string, backward: boolean): boolean {
  return backward ? id > at : id < at;
}
