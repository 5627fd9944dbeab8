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

/** Where a member stands: below a path, or below a member there. Put together only when something is wrong. */
function placeOf(path: InputPath, member: string, within?: string): InputPath {
  return within === undefined ? [...path, member] : [...path, within, member];
}

/** A required object. @throws PolityError `VALIDATION_FAILED` */
export function objectAt(value: unknown, path: InputPath, member?: string): JsonObject {
  if (isObject(value)) return value;
  throw invalid(member === undefined ? path : placeOf(path, member), isAbsent(value) ? 'This object is missing.' : 'This must be an object.');
}

/** A required text, the member of an object that may be a member itself. @throws PolityError `VALIDATION_FAILED` */
export function textAt(holder: JsonObject, member: string, path: InputPath, within?: string): string {
  const value = holder[member];
  if (typeof value === 'string') return value;
  throw invalid(placeOf(path, member, within), isAbsent(value) ? 'This text is missing.' : 'This must be a text.');
}

function propertiesOf(holder: JsonObject, path: InputPath, within: string): NamedProperties | undefined {
  const value = holder['properties'];
  if (isAbsent(value)) return undefined;
  if (isObject(value)) return value;
  throw invalid(placeOf(path, 'properties', within), 'Properties must be an object.');
}

/** A subject or a resource. Members that are not known are passed over. */
export function entityAt(holder: JsonObject, name: string, path: InputPath): EntityByName {
  const entity = objectAt(holder[name], path, name);
  const type = textAt(entity, 'type', path, name);
  const id = textAt(entity, 'id', path, name);
  const properties = propertiesOf(entity, path, name);
  return properties === undefined ? { type, id } : { type, id, properties };
}

/** An entity that is looked for: its id counts for nothing. */
export function soughtAt(holder: JsonObject, name: string, path: InputPath): SoughtEntity {
  const entity = objectAt(holder[name], path, name);
  const type = textAt(entity, 'type', path, name);
  const properties = propertiesOf(entity, path, name);
  return properties === undefined ? { type } : { type, properties };
}

/** An action. */
export function actionAt(holder: JsonObject, path: InputPath): ActionByName {
  const action = objectAt(holder['action'], path, 'action');
  const name = textAt(action, 'name', path, 'action');
  const properties = propertiesOf(action, path, 'action');
  return properties === undefined ? { name } : { name, properties };
}

/** What the context of a request says to the server itself, beside being input of conditions. */
export interface ContextFields extends AskedByName {
  /** A receipt is wanted. */
  readonly receipt: boolean;
}

const NO_CONTEXT: ContextFields = { receipt: false };

/**
 * The surroundings of a request. `space`, `at_least` and `receipt` are read where they have the type that makes them ours; whatever
 * else an asking system calls by these names is its own.
 */
export function contextAt(holder: JsonObject, path: InputPath): ContextFields {
  if (isAbsent(holder['context'])) return NO_CONTEXT;
  const context = objectAt(holder['context'], path, 'context');
  const { space, at_least: atLeast, receipt } = context;
  return {
    context,
    receipt: receipt === true,
    ...(typeof space === 'string' ? { spaceId: space } : {}),
    ...(typeof atLeast === 'string' ? { atLeast } : {}),
  };
}
