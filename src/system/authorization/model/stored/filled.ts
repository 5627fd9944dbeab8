import { wholeOf } from '../yaml/place.js';

/** A row of which absent values are null. */
export type Stored<Fields> = { readonly [Field in keyof Fields]: Fields[Field] | null };

/** Where stored entries stand. */
export const STORED_AT = wholeOf('the database');

/** The fields of a row that have a value; an empty description is none. */
export function filled<Fields>(row: Stored<Fields>): Partial<Fields> {
  return Object.fromEntries(Object.entries(row).filter(([field, value]) => value !== null && !(field === 'description' && value === ''))) as Partial<Fields>;
}
