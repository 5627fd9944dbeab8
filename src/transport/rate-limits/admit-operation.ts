import { HeaderMap } from '@apollo/server';
import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { PolityError } from '../../kernel/errors/index.js';
import { RequestSlot, type RequestContext } from '../../system/shared/contracts/index.js';
import type { RateLimits } from './rate-limits.js';

const batches = new RequestSlot<true>();

/** Notes that a request carries several operations: its answer is none that a client should repeat as a whole. */
export function markBatch(context: RequestContext): void {
  batches.set(context, true);
}

/**
 * Spends the cost of a GraphQL operation that is about to run.
 * @throws GraphQLError `RATE_LIMITED` or `SERVICE_UNAVAILABLE`, which says how it is answered over HTTP
 */
export async function admitOperation(rates: RateLimits, context: RequestContext, cost: number, operation: OperationDefinitionNode): Promise<void> {
  try {
    await rates.admit(context, cost, operation);
  } catch (thrown) {
    const { error, status, retryAfter } = asOperationError(thrown);
    // Apollo takes the headers as a map, whatever the type of the library says.
    const headers = new HeaderMap([['retry-after', retryAfter]]) as unknown as Record<string, string>;
    error.extensions['http'] = batches.of(context) === true ? { status: 200 } : { status, headers };
    throw error;
  }
}

/** The GraphQL error of a refusal, with its answer over HTTP. @throws what is no refusal */
export function asOperationError(thrown: unknown): { readonly error: GraphQLError; readonly status: number; readonly retryAfter: string } {
  if (!(thrown instanceof PolityError)) throw thrown;
  const { code, message, httpStatus: status, details } = thrown;
  return { error: new GraphQLError(message, { extensions: { code, ...details } }), status, retryAfter: String(details?.['retryAfterSeconds']) };
}
