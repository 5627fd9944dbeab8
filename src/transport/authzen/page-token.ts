import { canonicalJson, sha256 } from '../../kernel/crypto/index.js';
import { invalid } from '../../kernel/errors/index.js';
import { isAbsent, objectAt, textAt, type JsonObject } from './read-fields.js';

/** Most names of one page, and how many it has when the request names no number. */
export const MOST_PER_PAGE = 200;

const FORM = /^[A-Za-z0-9_-]{1,4000}$/;

/** The page that a search asks for. */
export interface AskedPage {
  /** The request has a page object, or the answer needs one. */
  readonly isPaged: boolean;
  /** Most names; at most {@link MOST_PER_PAGE}. */
  readonly limit: number;
  /** Where the page before this one ended. */
  readonly after?: string;
  /** The token of the page that begins at a position; of the first page without one. */
  readonly tokenOf: (after: string | undefined) => string;
}

/**
 * Reads the page of a search. A token is bound to the search that it was given for: everything else must be said again, alike; a limit
 * may be left out, and is then the one of before.
 *
 * @throws PolityError `VALIDATION_FAILED` naming the place
 */
export function readPage(body: JsonObject): AskedPage {
  const page = isAbsent(body['page']) ? undefined : objectAt(body['page'], [], 'page');
  const { page: _page, ...search } = body;
  const digest = Buffer.from(sha256(canonicalJson(search))).toString('base64url');
  const given = page === undefined || isAbsent(page['limit']) ? undefined : limitAt(page['limit']);
  const token = page === undefined || isAbsent(page['token']) ? '' : textAt(page, 'token', ['page']);
  const before = token === '' ? undefined : decode(token, digest);
  if (before !== undefined && given !== undefined && given !== before.limit) throw invalid(['page', 'limit'], 'The limit is not the one of the page before.');
  const limit = before?.limit ?? given ?? MOST_PER_PAGE;
  return {
    isPaged: page !== undefined,
    limit: Math.min(limit, MOST_PER_PAGE),
    ...(before?.after === undefined ? {} : { after: before.after }),
    tokenOf: (after) => Buffer.from(JSON.stringify([1, digest, limit, after ?? null])).toString('base64url'),
  };
}

function limitAt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(['page', 'limit'], 'A limit is a whole number of at least 0.');
  return value;
}

function decode(token: string, digest: string): { readonly limit: number; readonly after: string | undefined } {
  const [form, madeFor, limit, after] = partsOf(token);
  if (form !== 1 || typeof limit !== 'number' || (after !== null && typeof after !== 'string')) throw invalid(['page', 'token'], 'This is no token that a search gave.');
  if (madeFor !== digest) throw invalid(['page', 'token'], 'This token was given for another search.');
  return { limit, after: after ?? undefined };
}

function partsOf(token: string): readonly unknown[] {
  try {
    const parts: unknown = FORM.test(token) ? JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) : [];
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
