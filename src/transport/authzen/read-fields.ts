import { invalid, type InputPath } from '../../kernel/errors/index.js';
import type { ActionByName, AskedByName, EntityByName, NamedProperties, SoughtEntity } from '../../system/shared/contracts/index.js';

/** A JSON object, as it was parsed. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent or null. Members that carry nothing should be left out; those who send null mean that. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** A required object. @throws PolityError `VALIDATION_FAILED` */
export function objectAt(value: unknown, path: InputPath): JsonObject {
  if (isObject(value)) return value;
  throw invalid(path, isAbsent(value) ? 'This object is missing.' : 'This must be an object.');
}

/** A required text. @throws PolityError `VALIDATION_FAILED` */
export function textAt(value: unknown, path: InputPath): string {
  if (typeof value === 'string') return value;
  throw invalid(path, isAbsent(value) ? 'This text is missing.' : 'This must be a text.');
}

function propertiesAt(value: unknown, path: InputPath): NamedProperties | undefined {
  if (isAbsent(value)) return undefined;
  if (isObject(value)) return value;
  throw invalid(path, 'Properties must be an object.');
}

/** A subject or a resource. Members that are not known are passed over. */
export function entityAt(value: unknown, path: InputPath): EntityByName {
  const entity = objectAt(value, path);
  const type = textAt(entity['type'], [...path, 'type']);
  const id = textAt(entity['id'], [...path, 'id']);
  const properties = propertiesAt(entity['properties'], [...path, 'properties']);
  return properties === undefined ? { type, id } : { type, id, properties };
}

/** An entity that is looked for: its id counts for nothing. */
export function soughtAt(value: unknown, path: InputPath): SoughtEntity {
  const entity = objectAt(value, path);
  const type = textAt(entity['type'], [...path, 'type']);
  const properties = propertiesAt(entity['properties'], [...path, 'properties']);
  return properties === undefined ? { type } : { type, properties };
}

/** An action. */
export function actionAt(value: unknown, path: InputPath): ActionByName {
  const action = objectAt(value, path);
  const name = textAt(action['name'], [...path, 'name']);
  const properties = propertiesAt(action['properties'], [...path, 'properties']);
  return properties === undefined ? { name } : { name, properties };
}

/** What the context of a request says to the server itself, beside being input of conditions. */
export interface ContextFields extends AskedByName {
  /** A receipt is wanted. */
  readonly receipt: boolean;
}

/**
 * The surroundings of a request. `space`, `at_least` and `receipt` are read where they have the type that makes them ours; whatever
 * else an asking system calls by these names is its own.
 */
export function contextAt(value: unknown, path: InputPath): ContextFields {
  if (isAbsent(value)) return { receipt: false };
  const context = objectAt(value, path);
  const { space, at_least: atLeast, receipt } = context;
  return {
    context,
    receipt: receipt === true,
    ...(typeof space === 'string' ? { spaceId: space } : {}),
    ...(typeof atLeast === 'string' ? { atLeast } : {}),
  };
}
