import type { Model } from '../model.js';
import { wholeOf, type Place } from '../yaml/place.js';
import { COMPARABLE } from './comparable.js';
import type { Change, ChangeOf, EntryOfKind, FieldChange, Kind } from './change.js';
import { entriesOf } from './entries-of.js';

/** The order in which changes can be made: each kind stands behind those that it names. */
export const KINDS_IN_ORDER: readonly Kind[] = [
  'type', 'action', 'mapping', 'permission', 'group', 'user', 'member', 'binding', 'role', 'role_permission', 'inheritance', 'assignment', 'separation_rule',
];

/** What of a file is compared. */
export interface CompareOptions {
  /** Name of the file. */
  readonly file: string;
  /** Groups, people and assignments as well. */
  readonly withData: boolean;
  /** Roles, separation and data: what belongs to a Space. */
  readonly withSpace: boolean;
  /** Clock in milliseconds since the epoch: what has ended is as good as absent. */
  readonly now: number;
}

const OF_INSTANCE: readonly Kind[] = ['type', 'action', 'mapping', 'permission'];
const OF_DATA: readonly Kind[] = ['group', 'user', 'member', 'binding', 'assignment'];

/**
 * How a file differs from what is stored, in an order in which the changes can be made.
 *
 * @param before - what is stored, called as the file calls it: what {@link alignStored} gives
 */
export function compareModels(before: Model, file: Model, options: CompareOptions): Change[] {
  const kinds = KINDS_IN_ORDER.filter((kind) => OF_INSTANCE.includes(kind) || (options.withSpace && (options.withData || !OF_DATA.includes(kind))));
  return kinds.flatMap((kind) => compareKind(kind, entriesOf(kind, before, options.now), entriesOf(kind, file, options.now), file, wholeOf(options.file)) as Change[]);
}

function compareKind<OfKind extends Kind>(
  kind: OfKind, before: readonly EntryOfKind[OfKind][], after: readonly EntryOfKind[OfKind][], file: Model, whole: Place,
): ChangeOf<OfKind>[] {
  const { keyOf, nameOf, isInForce, isOwned } = COMPARABLE[kind];
  const stored = new Map(before.map((entry) => [JSON.stringify(keyOf(entry)), entry]));
  const wanted = new Set<string>();
  const changes: ChangeOf<OfKind>[] = [];
  for (const entry of after) {
    const key = JSON.stringify(keyOf(entry));
    const held = stored.get(key);
    wanted.add(key);
    const { at } = entry;
    const name = nameOf(entry);
    if (held === undefined) changes.push({ kind, op: 'add', name, after: entry, fields: [], at });
    else {
      const fields = differing(kind, held, entry);
      if (fields.length > 0) changes.push({ kind, op: 'change', name, before: held, after: entry, fields, at });
    }
  }
  for (const [key, entry] of stored) {
    if (!wanted.has(key) && isInForce(entry) && isOwned?.(entry, file) !== false) changes.push({ kind, op: 'remove', name: nameOf(entry), before: entry, fields: [], at: whole });
  }
  return changes;
}

function differing<OfKind extends Kind>(kind: OfKind, before: EntryOfKind[OfKind], after: EntryOfKind[OfKind]): FieldChange[] {
  const { valuesOf } = COMPARABLE[kind];
  const [old, wanted] = [valuesOf(before), valuesOf(after)];
  return Object.keys(wanted).filter((field) => JSON.stringify(old[field] ?? null) !== JSON.stringify(wanted[field] ?? null))
    // A file that leaves an address out does not take it away.
    .filter((field) => !(kind === 'user' && field === 'email' && wanted[field] === undefined))
    .map((field) => ({ field, before: old[field], after: wanted[field] }));
}
