import type { GraphQLFormattedError } from 'graphql';
import { UNAUTHORIZED } from '../directives/index.js';

const DENIALS = new Set([UNAUTHORIZED, 'ADMIN_PERMISSION_REQUIRED', 'AUTHORIZATION_DENIED', 'ACTIVE_MEMBER_REQUIRED', 'INLINE_CONTEXT_REQUIRES_API_KEY']);

/** Errors of one answer with each denied field once, and the paths of what was denied. */
export interface DeniedFields {
  readonly errors: readonly GraphQLFormattedError[];
  /** Dotted paths with `@` for list items; empty when nothing was denied. */
  readonly paths: readonly string[];
}

/** Gathers the denials of an answer: a field that was denied in every item of a list is one error, with `@` for the item. */
export function gatherDenied(errors: readonly GraphQLFormattedError[]): DeniedFields {
  const paths = new Set<string>();
  const kept = errors.flatMap((error) => {
    const code = error.extensions?.code;
    if (typeof code !== 'string' || !DENIALS.has(code)) return [error];
    const path = error.path?.map((step) => (typeof step === 'number' ? '@' : step)) ?? [];
    const key = path.join('.');
    const isFirst = !paths.has(key);
    paths.add(key);
    if (code !== UNAUTHORIZED) return [error];
    return isFirst ? [{ ...error, path }] : [];
  });
  return { errors: kept, paths: [...paths] };
}
