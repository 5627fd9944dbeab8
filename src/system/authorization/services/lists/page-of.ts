import { PolityError } from '../../../../kernel/errors/index.js';
import { encodeCursor, toSlice, type ListPage, type PageInput } from '../../../shared/services/index.js';

/** Most that is counted one by one. */
export const MOST_COUNTED = 10_000;

/** One row of an answer with where it stands. */
export interface Placed<Node> {
  readonly node: Node;
  readonly position: readonly string[];
}

/** What a page is cut from. */
export interface Cut {
  readonly limit: number;
  readonly backward: boolean;
  readonly position: readonly string[] | undefined;
}

/** Reads paging arguments. @throws PolityError `CURSOR_INVALID`, `VALIDATION_FAILED` naming the argument */
export function cutOf(name: string, columns: number, page: PageInput): Cut {
  const { limit, backward, position } = toSlice(name, columns, page);
  const texts = position?.filter((value) => typeof value === 'string');
  if (texts?.length !== position?.length) {
    throw new PolityError('CURSOR_INVALID', 'This cursor does not belong to this list.', { path: [backward ? 'before' : 'after'] });
  }
  return { limit, backward, position: texts };
}

/** Makes the page out of one row more than it has, read in the direction of the cut. */
export function pageOf<Node>(name: string, cut: Cut, found: readonly Placed<Node>[], totalCount: () => Promise<number | null>): ListPage<Node> {
  const hasMore = found.length > cut.limit;
  const rows = found.slice(0, cut.limit);
  if (cut.backward) rows.reverse();
  const edges = rows.map(({ node, position }) => ({ node, cursor: encodeCursor(name, position) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: cut.backward ? cut.position !== undefined : hasMore,
      hasPreviousPage: cut.backward ? hasMore : cut.position !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** Takes up to `most` values. */
export function taken<Value>(values: Iterable<Value>, most: number): Value[] {
  const found: Value[] = [];
  if (most <= 0) return found;
  for (const value of values) {
    found.push(value);
    if (found.length >= most) break;
  }
  return found;
}
