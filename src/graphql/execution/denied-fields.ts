import type { GraphQLFormattedError } from 'graphql';
import { UNAUTHORIZED } from '../directives/index.js';

const DENIALS = new Set([UNAUTHORIZED, 'ADMIN_PERMISSION_REQUIRED', 'AUTHORIZATION_DENIED', 'ACTIVE_MEMBER_REQUIRED', 'FOUR_EYES_REQUIRED', 'INLINE_CONTEXT_REQUIRES_API_KEY']);

/** Errors of one answer with each denied field once, and what was denied. */
export interface DeniedFields {
  readonly errors: readonly GraphQLFormattedError[];
  /** Dotted path with `@` for list items, or coordinate in strict mode → code of its denial; empty when nothing was denied. */
  readonly denied: ReadonlyMap<string, string>;
}

/** True for codes that say that the caller may not. */
export function isDenial(code: unknown): boolean {
  return typeof code === 'string' && DENIALS.has(code);
}

/** Gathers the denials of an answer: a field that was denied in every item of a list is one error, with `@` for the item. */
export function gatherDenied(errors: readonly GraphQLFormattedError[]): DeniedFields {
  const denied = new Map<string, string>();
  const guarded = new Set<string>();
  const kept = errors.flatMap((error) => {
    const code = error.extensions?.code;
    if (!isDenial(code)) return [error];
    const coordinates = error.extensions?.coordinates;
    const path = error.path?.map((step) => (typeof step === 'number' ? '@' : step)) ?? [];
    const key = path.join('.');
    for (const place of Array.isArray(coordinates) ? coordinates.map(String) : [key]) if (!denied.has(place)) denied.set(place, code as string);
    if (code !== UNAUTHORIZED || error.path === undefined) return [error];
    const isFirst = !guarded.has(key);
    guarded.add(key);
    return isFirst ? [{ ...error, path }] : [];
  });
  return { errors: kept, denied };
}
