import { defaultTypeResolver, GraphQLError, isObjectType, type GraphQLAbstractType, type GraphQLObjectType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Complete, FieldPlace } from './compilation.js';
import { above } from './complete-value.js';
import { isPromise } from './promises.js';
import { resolveInfo } from './resolve-info.js';

/** Completion of values of an interface or union. An object type is compiled when the first value of it comes. */
export function compileAbstract(
  place: FieldPlace,
  type: GraphQLAbstractType,
  depth: number,
  compile: (place: FieldPlace, type: GraphQLObjectType, depth: number) => Complete,
): Complete {
  const known = new Map<string, Complete>();
  const { schema } = place.compilation;
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completionFor = (name: unknown, value: unknown): Complete => {
    const complete = known.get(name as string);
    if (complete !== undefined) return complete;
    const made = compile(place, concrete(place, type, name, value), depth);
    known.set(name as string, made);
    return made;
  };
  return (run, value, parent, key) => {
    const name = resolveType(value, run.context, { ...resolveInfo(place, run, above(parent, depth)), schema }, type);
    if (isPromise(name)) return name.then((resolved) => completionFor(resolved, value)(run, value, parent, key));
    return completionFor(name, value)(run, value, parent, key);
  };
}

function concrete({ compilation: { schema }, parent, definition, nodes }: FieldPlace, type: GraphQLAbstractType, name: unknown, value: unknown): GraphQLObjectType {
  const field = `${parent.name}.${definition.name}`;
  const wrong = (what: string): GraphQLError => new GraphQLError(what, { nodes });
  const must = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}"`;
  if (name === undefined || name === null) {
    throw wrong(`${must}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`);
  }
  if (typeof name !== 'string') throw wrong(`${must} with value ${inspect(value)}, received "${inspect(name)}".`);
  const found = schema.getType(name);
  if (found === undefined) throw wrong(`Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`);
  if (!isObjectType(found)) throw wrong(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`);
  if (!schema.isSubType(type, found)) throw wrong(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`);
  return found;
}
