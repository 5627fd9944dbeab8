import type { GraphQLFormattedError } from 'graphql';
import { NOT_REGISTERED } from '../../graphql/index.js';

const REQUEST_ERRORS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE', 'COST_ESTIMATED_TOO_EXPENSIVE', NOT_REGISTERED]);

/**
 * The HTTP status of an answer with errors. With application/json a well-formed request answers 200 whatever its errors; the newer media
 * type keeps 4xx (GraphQL over HTTP).
 */
export function statusOf(errors: readonly GraphQLFormattedError[], status: number | undefined, accept: string | undefined): number | undefined {
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  if (codes.some((code) => code === 'SERVICE_UNAVAILABLE' || code === 'NOT_READY')) return 503;
  const wantsPlainJson = !(accept ?? '').includes('application/graphql-response+json');
  const isRequestError = codes.some((code) => REQUEST_ERRORS.has(code));
  return status !== undefined && status >= 400 && status < 500 && status !== 405 && isRequestError && wantsPlainJson ? 200 : status;
}
