import { Environment } from '@marcbachmann/cel-js';
import type { Declarations, FieldType } from './declarations.js';
import { registerFunctions } from './functions.js';

const LIMITS = { maxAstNodes: 300, maxDepth: 50, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 4 };

const TYPES: Readonly<Record<FieldType, string>> = { string: 'string', bool: 'bool', int: 'int', timestamp: 'google.protobuf.Timestamp', json: 'dyn' };

const environments = new WeakMap<Declarations, Environment>();

/** The language with the variables of some declarations. */
export function environmentOf(declarations: Declarations): Environment {
  const held = environments.get(declarations);
  if (held !== undefined) return held;
  const environment = new Environment({ limits: LIMITS });
  registerFunctions(environment);
  for (const [variable, fields] of Object.entries(declarations)) {
    const type = `${variable}_fields`;
    environment.registerType(type, { fields: Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, TYPES[kind]])) });
    environment.registerVariable(variable, type);
  }
  environments.set(declarations, environment);
  return environment;
}
