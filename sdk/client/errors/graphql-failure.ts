import { kindOf } from './error-kind.js';
import { PolityClientError, type GraphqlError } from './polity-client-error.js';

/** Where an answer came from, as its error tells it. */
export interface AnswerFacts {
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfter?: number;
}

/** Makes the error of an answer with `errors`: the first one speaks, all of them are kept. */
export function graphqlFailure(errors: readonly GraphqlError[], data: unknown, facts: AnswerFacts): PolityClientError {
  const [first] = errors;
  const { code, inputPath } = first?.extensions ?? {};
  const named = typeof code === 'string' ? code : 'INVALID_RESPONSE';
  return new PolityClientError({
    ...facts,
    code: named,
    kind: named === 'INVALID_RESPONSE' ? 'internal' : kindOf(named, facts.status ?? 200),
    message: first?.message ?? 'The answer names no error.',
    path: isPath(inputPath) ? inputPath : first?.path,
    errors,
    data,
  });
}

/** Makes the error of an answer that breaks the contract. */
export function invalidResponse(message: string, facts: AnswerFacts): PolityClientError {
  return new PolityClientError({ ...facts, code: 'INVALID_RESPONSE', kind: 'internal', message });
}

/** Reads `errors` of an answer; empty when it has none. */
export function errorsOf(answer: unknown): readonly GraphqlError[] {
  const errors = typeof answer === 'object' && answer !== null ? (answer as { readonly errors?: unknown }).errors : undefined;
  return Array.isArray(errors) ? errors.filter(isGraphqlError) : [];
}

function isGraphqlError(value: unknown): value is GraphqlError {
  return typeof value === 'object' && value !== null && typeof (value as GraphqlError).message === 'string';
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}
