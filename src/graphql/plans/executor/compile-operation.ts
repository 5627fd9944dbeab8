import type { ExecutionResult, GraphQLError, GraphQLObjectType } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import type { RequestContext } from '../../../system/shared/contracts/index.js';
import type { Compilation, CompleteObject } from './compilation.js';
import { compileFields } from './complete-object.js';
import { isPromise } from './promises.js';
import { Run } from './run.js';

/** Runs a compiled operation with coerced variables. Rejects and throws nothing. */
export type RunOperation = (context: RequestContext, variables: Readonly<Record<string, unknown>>, rootValue?: unknown) => ExecutionResult | Promise<ExecutionResult>;

/** Compiles an operation. Its answers are those of graphql-js; fields of mutations run one after the other. */
export function compileOperation(compilation: Compilation): RunOperation {
  const { schema, fragments, operation, conditions } = compilation;
  const root = schema.getRootType(operation.operation) as GraphQLObjectType;
  const collected = collectFields(schema, fragments, conditions, root, operation.selectionSet);
  const answer = operation.operation === 'mutation'
    ? serially([...collected].map(([key, nodes]) => compileFields(compilation, root, new Map([[key, nodes]]), undefined)))
    : compileFields(compilation, root, collected, undefined);
  return (context, variables, rootValue) => {
    const run = new Run(context, variables, rootValue);
    try {
      const data = answer(run, rootValue, undefined, undefined);
      return isPromise(data) ? data.then((resolved) => result(run, resolved), (thrown: unknown) => nothing(run, thrown)) : result(run, data);
    } catch (thrown) {
      return nothing(run, thrown);
    }
  };
}

function serially(fields: readonly CompleteObject[]): CompleteObject {
  return async (run, source, parent, key) => {
    const entries: (readonly [string, unknown])[] = [];
    for (const field of fields) entries.push(...Object.entries((await field(run, source, parent, key)) as object));
    return Object.fromEntries(entries);
  };
}

function result({ errors }: Run, data: unknown): ExecutionResult {
  return errors.length === 0 ? { data: data as ExecutionResult['data'] } : { errors, data: data as ExecutionResult['data'] };
}

function nothing(run: Run, thrown: unknown): ExecutionResult {
  run.fail(thrown as GraphQLError, undefined);
  return result(run, null);
}
