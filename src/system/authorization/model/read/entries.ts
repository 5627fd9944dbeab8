import { Fields, type TextCheck } from '../yaml/fields.js';
import type { Place } from '../yaml/place.js';
import type { Problems } from '../yaml/problems.js';
import type { Ref } from '../model.js';

/** Makes an entry of its key, its fields and the place of its key. */
export type MakeEntry<Made> = (key: string, fields: Fields, at: Place) => Made | undefined;

/** Reads a mapping of keys to entries. What is wrong is reported and left out. */
export function readEntries<Made>(fields: Fields, name: string, check: TextCheck, what: string, problems: Problems, make: MakeEntry<Made>): Map<string, Made> {
  const made = new Map<string, Made>();
  for (const [key, { place, value }] of fields.entriesOf(name)) {
    const fault = check(key);
    if (fault !== undefined) problems.add(place, fault);
    const own = Fields.of(value, problems, what);
    const entry = own === undefined ? undefined : make(key, own, place);
    own?.end();
    if (entry !== undefined && fault === undefined) made.set(key, entry);
  }
  return made;
}

/** A list of names, each once. */
export function readRefs(fields: Fields, name: string, check: TextCheck, problems: Problems): Ref[] {
  const refs: Ref[] = [];
  for (const { text, place } of fields.texts(name, check)) {
    if (refs.some((ref) => ref.name === text)) problems.add(place, `${text} stands here twice.`);
    else refs.push({ name: text, at: place });
  }
  return refs;
}

/** The name of another entry. */
export function readRef(fields: Fields, name: string, check: TextCheck): Ref | undefined {
  const named = fields.placed(name, check);
  return named && { name: named.text, at: named.place };
}

/** The fields that have a value. */
export function present<Values extends object>(values: Values): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
