import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { FieldTrace, type TracedOperation } from '../graphql/index.js';
import type { RequestContext } from '../system/shared/contracts/index.js';

type Traceable = Pick<ExecutionResult, 'data' | 'extensions'> & { readonly errors?: readonly (GraphQLError | GraphQLFormattedError)[] };

/**
 * Begins to trace one run of an operation; gives the function that adds `extensions.trace` to its answer.
 *
 * @param context - in which it is about to run
 */
export function traceOperation(traced: TracedOperation, context: RequestContext): <Result extends Traceable>(result: Result) => Result {
  const trace = new FieldTrace(traced, context);
  return (result) => (result.data === undefined ? result : { ...result, extensions: { ...result.extensions, trace: trace.report(result.errors) } });
}
