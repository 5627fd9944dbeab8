import { PolityError } from '../../../kernel/errors/index.js';
import {
  boundedCount, DEFAULT_PER_PAGE, keysetPage, MOST_PER_PAGE, type KeysetQuery, type KeysetSlice, type SqlExecutor,
} from '../../../persistence/index.js';

/** Relay paging arguments, as a resolver hands them on. */
export interface PageInput {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** One page of a list, in the shape of a Relay connection. */
export interface ListPage<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Counts only when called; null above 10,000. */
  readonly totalCount: () => Promise<number | null>;
}

/** Reads one page of a list. `name` binds cursors to their list: a cursor of another list is refused. */
export async function listPage<Row extends object>(executor: SqlExecutor, name: string, query: KeysetQuery, page: PageInput): Promise<ListPage<Row>> {
  const slice = toSlice(name, query.order.length, page);
  const { rows, hasMore } = await keysetPage<Row>(executor, query, slice);
  const edges = rows.map((row) => ({ node: row as Row, cursor: encodeCursor(name, row.keyset) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: slice.backward ? slice.position !== undefined : hasMore,
      hasPreviousPage: slice.backward ? hasMore : slice.position !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: async () => (await boundedCount(executor, query)) ?? null,
  };
}

/** Reads paging arguments; the caller's mistakes name the argument. */
export function toSlice(name: string, columns: number, page: PageInput): KeysetSlice {
  const backward = page.last !== undefined && page.last !== null;
  if (backward && page.first !== undefined && page.first !== null) throw wrong('last', 'Use either first or last, not both.');
  if (backward && page.after !== undefined && page.after !== null) throw wrong('after', 'Use before with last.');
  if (!backward && page.before !== undefined && page.before !== null) throw wrong('before', 'Use after with first.');
  const limit = (backward ? page.last : page.first) ?? DEFAULT_PER_PAGE;
  if (limit < 0 || limit > MOST_PER_PAGE) throw wrong(backward ? 'last' : 'first', `A page has 0 to ${MOST_PER_PAGE} rows.`);
  const cursor = backward ? page.before : page.after;
  return { limit, backward, position: cursor === undefined || cursor === null ? undefined : decodeCursor(name, columns, cursor, backward ? 'before' : 'after') };
}

/** Encodes a position; opaque to callers. */
export function encodeCursor(name: string, position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([name, ...position])).toString('base64url');
}

/** Decodes a cursor of this list; @throws PolityError `CURSOR_INVALID` naming the argument. */
export function decodeCursor(name: string, columns: number, cursor: string, argument: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === columns + 1 && parts[0] === name && parts.every((part) => typeof part === 'string')) {
      return parts.slice(1) as string[];
    }
  } catch {
    // Falls through: whatever is wrong with a cursor has one answer.
  }
  throw new PolityError('CURSOR_INVALID', 'This cursor does not belong to this list.', { path: [argument] });
}

function wrong(argument: string, message: string): PolityError {
  return new PolityError('VALIDATION_FAILED', message, { path: [argument] });
}
