import type { GraphQLFormattedError } from 'graphql';
import { isDenial } from '../graphql/index.js';
import type { OperationRecord, RequestTrace } from '../observability/index.js';
import { outcomeOf } from './operation-outcome.js';

/** What is known of an operation at its end. */
export type EndedOperation = Pick<OperationRecord, 'startedAt' | 'type' | 'name' | 'document' | 'cost' | 'planned'>;

/** Records an operation in the trace of its request, the same way by whichever door it came. */
export function recordOperation(spans: RequestTrace, operation: EndedOperation, errors: readonly GraphQLFormattedError[] = []): void {
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  spans.operation({ ...operation, outcome: outcomeOf(errors), codes, deniedFields: codes.filter(isDenial).length });
}
