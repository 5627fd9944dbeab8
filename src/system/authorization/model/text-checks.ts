import { isId, typeOfId, type IdPrefix } from '../../../kernel/ids/index.js';
import { faultOfCondition } from '../services/checked-condition.js';
import type { TextCheck } from './yaml/fields.js';

/** A text of so many characters, as PostgreSQL counts them. */
export function characters(least: number, most: number): TextCheck {
  return (text) => {
    const length = text.length > most ? Array.from(text).length : text.length;
    return length < least || length > most ? `This text has ${least} to ${most} characters.` : undefined;
  };
}

function pattern(expression: RegExp, meaning: string): TextCheck {
  return (text) => (expression.test(text) ? undefined : meaning);
}

/** Key of a type, a Role or a Group, as the database takes it. */
export const ruleKey = pattern(/^[a-z][a-z0-9_]{0,62}$/, 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.');

/** Key of an action. */
export const actionKey = pattern(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, 'The key of an action starts with a letter and has 1 to 63 letters, digits, _ and -.');

/** Key that ids are made of, whatever it names. */
export const nameKey = pattern(/^[A-Za-z0-9._-]{1,125}$/, 'A key has letters, digits, dots, _ and -.');

/** Key of what has an id with this prefix: both together have at most 128 characters. */
export function keyOf(prefix: IdPrefix): TextCheck {
  const most = 128 - prefix.length - 1;
  return (text) => nameKey(text) ?? (text.length > most ? `This key has at most ${most} characters.` : undefined);
}

/** Path of a Group. */
export const groupPath = pattern(/^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})*$/, 'A path is keys of Groups joined by dots.');

/** Id of a Resource. */
export const resourceId: TextCheck = (text) =>
  isId(text) && typeOfId(text) === 'Resource' ? undefined : 'The id of a Resource has 3 to 128 letters, digits, dots, _ and -, and no reserved prefix.';

/** Id of a rule of separation. */
export const separationId: TextCheck = (text) => (isId(text) && /^sod_./.test(text) ? undefined : 'The id of a rule of separation begins with sod_.');

/** Owner of a resource type. */
export const ownerName = pattern(/^[\x21-\x7e]{1,200}$/, 'An owner is app, capability:<id> or plugin:<id>.');

/** An e-mail address. */
export const email = pattern(/^(?=.{3,320}$)[^\s@<>"',;]+@[^\s@<>"',;.]+(\.[^\s@<>"',;.]+)*$/, 'This is no e-mail address.');

/** The source of a condition. */
export const condition: TextCheck = faultOfCondition;

const MOMENT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 moment with a zone. */
export const moment: TextCheck = (text) => {
  const day = MOMENT.exec(text)?.[1];
  // The parser of the language takes the 30th of February for the 2nd of March.
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  return isDay && !Number.isNaN(Date.parse(text)) ? undefined : 'This is no RFC 3339 moment with a zone, such as 2026-01-31T08:00:00Z.';
};

export const NAME = characters(1, 200);
export const DESCRIPTION = characters(0, 2_000);
export const EXTERNAL_ID = characters(1, 256);
