import { defaultFieldResolver, getArgumentValues, isLeafType, isNonNullType, isObjectType, locatedError, responsePathAsArray } from 'graphql';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import { unauthorized } from '../../directives/unauthorized.js';
import { compileObject } from './complete-object.js';
import { compileCompletion, completionBy } from './complete-value.js';
import type { CompleteObject, FieldPlace, Resolver } from './compilation.js';
import { leafCheck } from './leaf-checks.js';
import { handledElsewhere, isPromise } from './promises.js';
import { resolveInfo } from './resolve-info.js';
import type { Run } from './run.js';

/** A field that is answered by a function. `at` is the path of its object. */
export interface CalledField {
  readonly kind: 'called';
  readonly answer: (run: Run, source: unknown, at: Path | undefined) => unknown;
}

/** A field whose value is the property of its object that has its name. */
export interface PropertyField {
  readonly kind: 'property';
  readonly name: string;
  /** Source text of the check over `v` that holds for values that are answered as they are. */
  readonly isDone: string | undefined;
  readonly isNullable: boolean;
  /** Answers objects of a type that needs no look at them first. */
  readonly object: CompleteObject | undefined;
  readonly responseKey: string;
  /** Answers an object of that type that is still waited for. */
  readonly waited: (run: Run, value: Promise<unknown>, at: Path | undefined) => unknown;
  /** Answers any other value. */
  readonly answer: (run: Run, source: unknown, value: unknown, at: Path | undefined) => unknown;
  /** What becomes of an error of the property itself. */
  readonly failed: (run: Run, thrown: unknown, at: Path | undefined) => null;
}

/** Compiles one field ("Executing Fields" of the GraphQL specification). */
export function compileField(place: FieldPlace): CalledField | PropertyField {
  const { compilation, parent, definition, nodes, responseKey } = place;
  const access = compilation.access(parent, definition, nodes);
  const isNullable = !isNonNullType(definition.type);
  const pathOf = (at: Path | undefined): Path => addPath(at, responseKey, parent.name);
  const located = (thrown: unknown, path: Path): ReturnType<typeof locatedError> => locatedError(thrown, nodes, responsePathAsArray(path));
  if (access.kind === 'denied') {
    const field: CalledField = {
      kind: 'called',
      answer: (run, _source, at) => {
        if (isNullable && run.denied.has(field)) return null;
        const path = pathOf(at);
        const error = located(unauthorized(), path);
        if (!isNullable) throw error;
        if (run.fail(error, path)) run.denied.add(field);
        return null;
      },
    };
    return field;
  }

  const type = isNonNullType(definition.type) ? definition.type.ofType : definition.type;
  const object = isObjectType(type) && !type.isTypeOf ? compileObject(compilation, type, nodes, parent.name) : undefined;
  const complete = object === undefined ? compileCompletion(place, definition.type, 0) : completionBy(place, definition.type, object);
  const failed = (run: Run, thrown: unknown, at: Path | undefined): null => {
    const path = pathOf(at);
    const error = located(thrown, path);
    if (!isNullable) throw error;
    run.fail(error, path);
    return null;
  };
  const completed = (run: Run, result: unknown, at: Path | undefined): unknown => {
    const value = isPromise(result) ? result.then((resolved) => complete(run, resolved, at, responseKey)) : complete(run, result, at, responseKey);
    return isPromise(value) ? waited(run, value, at) : value;
  };
  const waited = (run: Run, value: Promise<unknown>, at: Path | undefined): Promise<unknown> => {
    const settled = value.then(undefined, (thrown: unknown) => failed(run, thrown, at));
    if (!isNullable) handledElsewhere(settled);
    run.started.push(settled);
    return settled;
  };
  const [node] = nodes;
  const argumentsOf = definition.args.length === 0 || node === undefined ? () => ({}) : (run: Run) => getArgumentValues(definition, node, run.variables);
  // Arguments are coerced whether anybody reads them or not: what is wrong with them is an error of the field.
  if (access.kind === 'resolver' || definition.args.length > 0) {
    const resolve = access.kind === 'resolver' ? access.resolve : (defaultFieldResolver as Resolver);
    return {
      kind: 'called',
      answer: (run, source, at) => {
        try {
          return completed(run, resolve(source, argumentsOf(run), run.context, resolveInfo(place, run, at)), at);
        } catch (thrown) {
          return failed(run, thrown, at);
        }
      },
    };
  }
  return {
    kind: 'property',
    name: definition.name,
    isDone: isLeafType(type) ? leafCheck(type)?.source : undefined,
    isNullable,
    object,
    responseKey,
    waited,
    answer: (run, source, value, at) => {
      try {
        const method = typeof value === 'function' ? (source as Record<string, (...values: unknown[]) => unknown>) : undefined;
        return completed(run, method === undefined ? value : method[definition.name]?.({}, run.context, resolveInfo(place, run, at)), at);
      } catch (thrown) {
        return failed(run, thrown, at);
      }
    },
    failed,
  };
}
