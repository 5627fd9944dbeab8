import { ID_PREFIXES, isId, type IdType } from '../../../../kernel/ids/index.js';
import { checkedMetadata } from '../../../shared/services/index.js';
import { textFault, type TextBounds } from '../support/index.js';

/** Says what is wrong with a value that is neither null nor absent; undefined when it is right. */
export type FieldCheck = (value: unknown) => string | undefined;

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** A text within bounds. */
export const text = (bounds: TextBounds): FieldCheck => (value) => (typeof value === 'string' ? textFault(value, bounds) : 'This is no text.');

/** One of some words. */
export const oneOf = (...words: readonly string[]): FieldCheck => (value) => (words.includes(value as string) ? undefined : `This is none of ${words.join(', ')}.`);

/** True or false. */
export const flag: FieldCheck = (value) => (typeof value === 'boolean' ? undefined : 'This is neither true nor false.');

/** A whole number of at most six digits. */
export const wholeNumber: FieldCheck = (value) => (Number.isInteger(value) && Math.abs(value as number) <= 1_000_000 ? undefined : 'This is no whole number between -1000000 and 1000000.');

/** An RFC 3339 moment with a zone. */
export const moment: FieldCheck = (value) =>
  typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : 'This is no RFC 3339 moment with a zone.';

/** A JSON object of at most 16 KiB. */
export const object: FieldCheck = (value) => {
  try {
    checkedMetadata(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Ids with the prefix of their type, each once. */
export const idsOf = (type: IdType): FieldCheck => (value) => {
  if (!Array.isArray(value)) return 'This is no list of ids.';
  if (new Set(value).size !== value.length) return 'An id stands here twice.';
  return value.map(idOf(type)).find((fault) => fault !== undefined);
};

/** An id with the prefix of its type. */
export const idOf = (type: IdType): FieldCheck => (value) => {
  const start = `${ID_PREFIXES[type]}_`;
  return typeof value === 'string' && isId(value) && value.startsWith(start) && value.length > start.length
    ? undefined
    : `This is no id that begins with ${start} and has at most 128 letters, digits, dots, _ and -.`;
};
