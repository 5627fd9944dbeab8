import type { Change } from './change.js';
import { changeText } from './diff-text.js';
import { showPlace } from '../yaml/place.js';

/** A change for machines. */
export function describeChange(change: Change): object {
  const { op, kind, name, fields, at } = change;
  return { op, kind, name, text: changeText(change), place: showPlace(at), fields: fields.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })) };
}
