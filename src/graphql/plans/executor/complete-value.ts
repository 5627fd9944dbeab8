import {
  GraphQLError, isLeafType, isListType, isNonNullType, isObjectType, locatedError, responsePathAsArray, type GraphQLAbstractType, type GraphQLLeafType, type GraphQLList,
  type GraphQLObjectType, type GraphQLOutputType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { Complete, FieldPlace } from './compilation.js';
import { compileAbstract } from './complete-abstract.js';
import { compileObject } from './complete-object.js';
import { leafCheck } from './leaf-checks.js';
import { handledElsewhere, isPromise } from './promises.js';
import { resolveInfo } from './resolve-info.js';
import type { Run } from './run.js';

/**
 * Compiles the completion of values of a type ("Value Completion" of the GraphQL specification; in order and errors as graphql-js 16
 * does it).
 *
 * @param depth - how many lists of the field's type are around
 */
export function compileCompletion(place: FieldPlace, type: GraphQLOutputType, depth: number): Complete {
  return completionBy(place, type, compileInner(place, type, depth));
}

/** The same, where it is known how values that are there are completed. */
export function completionBy(place: FieldPlace, type: GraphQLOutputType, inner: Complete): Complete {
  if (isNonNullType(type)) return nonNull(place, inner);
  return (run, value, parent, key) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : inner(run, value, parent, key);
  };
}

function nonNull({ parent, definition }: FieldPlace, inner: Complete): Complete {
  const isNull = (): Error => new Error(`Cannot return null for non-nullable field ${parent.name}.${definition.name}.`);
  return (run, value, at, key) => {
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) throw isNull();
    return inner(run, value, at, key);
  };
}

// Of values that are there; gives no null.
function compileInner(place: FieldPlace, type: Exclude<GraphQLOutputType, { ofType: unknown }> | GraphQLOutputType, depth: number): Complete {
  if (isNonNullType(type)) return compileInner(place, type.ofType, depth);
  if (isListType(type)) return list(place, type, depth);
  if (isLeafType(type)) return leaf(type);
  return isObjectType(type) ? compileChecked(place, type, depth) : compileAbstract(place, type as GraphQLAbstractType, depth, compileChecked);
}

function leaf(type: GraphQLLeafType): Complete {
  return (_run, value) => {
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) {
      throw new Error(`Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`);
    }
    return serialized;
  };
}

function list(place: FieldPlace, { ofType }: GraphQLList<GraphQLOutputType>, depth: number): Complete {
  const { parent: { name }, definition, nodes } = place;
  const item = compileCompletion(place, ofType, depth + 1);
  const isRequired = isNonNullType(ofType);
  const itemType = isRequired ? ofType.ofType : ofType;
  const isDone = (isLeafType(itemType) ? leafCheck(itemType)?.holds : undefined) ?? (() => false);
  const typename = depth === 0 ? name : undefined;
  const failed = (run: Run, thrown: unknown, path: Path): null => {
    const error = locatedError(thrown, nodes, responsePathAsArray(path));
    if (isRequired) throw error;
    run.fail(error, path);
    return null;
  };
  return (run, value, parent, key) => {
    if (!isIterable(value)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}.${definition.name}".`);
    const path = addPath(parent, key, typename);
    const done: unknown[] = [];
    let isWaiting = false;
    for (const entry of value) {
      if (isDone(entry)) {
        done.push(entry);
        continue;
      }
      const index = done.length;
      try {
        const completed = isPromise(entry) ? entry.then((resolved) => item(run, resolved, path, index)) : item(run, entry, path, index);
        if (isPromise(completed)) {
          isWaiting = true;
          const settled = completed.then(undefined, (thrown: unknown) => failed(run, thrown, addPath(path, index, undefined)));
          handledElsewhere(settled);
          done.push(settled);
        } else done.push(completed);
      } catch (thrown) {
        if (isRequired) abandon(value, index);
        done.push(failed(run, thrown, addPath(path, index, undefined)));
      }
    }
    return isWaiting ? Promise.all(done) : done;
  };
}

// Nobody waits any more for the items of a list that became null.
function abandon(items: Iterable<unknown>, from: number): void {
  if (Array.isArray(items)) for (const item of items.slice(from)) if (isPromise(item)) handledElsewhere(item);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Completion of values of an object type, which may want to look at them first. */
function compileChecked(place: FieldPlace, type: GraphQLObjectType, depth: number): Complete {
  const complete = compileObject(place.compilation, type, place.nodes, depth === 0 ? place.parent.name : undefined);
  if (type.isTypeOf === undefined || type.isTypeOf === null) return complete;
  const { isTypeOf } = type;
  const assert = (isOne: boolean, value: unknown): void => {
    if (!isOne) throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes: place.nodes });
  };
  return (run, value, parent, key) => {
    const answer = isTypeOf(value, run.context, resolveInfo(place, run, above(parent, depth)));
    if (isPromise(answer)) {
      return answer.then((isOne) => {
        assert(isOne as boolean, value);
        return complete(run, value, parent, key);
      });
    }
    assert(answer, value);
    return complete(run, value, parent, key);
  };
}

/** The path of the object whose field this is, from within lists of the field. */
export function above(path: Path | undefined, depth: number): Path | undefined {
  let at = path;
  for (let level = 0; level < depth; level += 1) at = at?.prev;
  return at;
}
