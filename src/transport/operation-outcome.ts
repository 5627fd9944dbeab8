import type { GraphQLFormattedError } from 'graphql';
import { ERROR_CODES } from '../kernel/errors/index.js';
import { isDenial } from '../graphql/index.js';
import type { GraphqlOutcome } from '../observability/index.js';

/** How an answer counts in the metrics. What failed on our side outweighs what was denied, and that outweighs mistakes. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): GraphqlOutcome {
  if (errors === undefined || errors.length === 0) return 'ok';
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  if (codes.some(isFailure)) return 'failed';
  return codes.some(isDenial) ? 'denied' : 'invalid';
}

function isFailure(code: string): boolean {
  const kind = Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as keyof typeof ERROR_CODES].kind : undefined;
  return kind === 'internal' || kind === 'unavailable';
}
