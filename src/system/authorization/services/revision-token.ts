import { PolityError } from '../../../kernel/errors/index.js';
import type { FactRevision } from '../engine/index.js';

const FORM = /^[A-Za-z0-9_-]{4,300}$/;

/** Encodes the revision that a decision in a Space saw; opaque to callers. */
export function encodeRevision(spaceId: string, { space, instance }: FactRevision): string {
  // Thousands of decisions see one revision.
  if (last.spaceId !== spaceId || last.space !== space || last.instance !== instance) last = { spaceId, space, instance, token: encode(spaceId, space, instance) };
  return last.token;
}

let last = { spaceId: '', space: -1, instance: -1, token: '' };

function encode(spaceId: string, space: number, instance: number): string {
  return Buffer.from(JSON.stringify([1, spaceId, space, instance])).toString('base64url');
}

/**
 * Reads a token of {@link encodeRevision} for a decision in a Space. A token of another Space binds the instance part only.
 *
 * @throws PolityError `VALIDATION_FAILED` naming the path for anything that was not made here
 */
export function decodeRevision(token: string, spaceId: string, path: readonly (string | number)[]): FactRevision {
  const parts = FORM.test(token) ? parse(token) : undefined;
  if (Array.isArray(parts) && parts.length === 4) {
    const [form, tokenSpace, space, instance] = parts as unknown[];
    if (form === 1 && typeof tokenSpace === 'string' && isRevision(space) && isRevision(instance)) {
      return { space: tokenSpace === spaceId ? space : 0, instance };
    }
  }
  throw new PolityError('VALIDATION_FAILED', 'This is no revision that a decision gave.', { path });
}

/** True when facts of one revision hold every change of another. */
export function isAtLeast(seen: FactRevision, wanted: FactRevision): boolean {
  return seen.space >= wanted.space && seen.instance >= wanted.instance;
}

function isRevision(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
