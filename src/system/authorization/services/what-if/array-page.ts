import type { ListPage, PageInput } from '../../../shared/services/index.js';
import { compareText } from '../../fact-index/compare-text.js';
import { cutOf, MOST_COUNTED, pageOf } from '../lists/page-of.js';

/** Rows that are all there. */
export interface PagedArray<Row> {
  /** Name of the list, which its cursors carry. */
  readonly name: string;
  /** In the order of their places. */
  readonly rows: readonly Row[];
  /** Texts by which a row stands where it stands; no two rows have the same. */
  readonly placeOf: (row: Row) => readonly [string, string];
  /** The greatest place comes first. */
  readonly isDescending?: boolean;
}

/** One page. A cursor is a place, so it holds also when the row that it was made of is not there any more. */
export function arrayPage<Row>({ name, rows, placeOf, isDescending = false }: PagedArray<Row>, page: PageInput): ListPage<Row> {
  const cut = cutOf(name, 2, page);
  const ordered = cut.backward ? rows.toReversed() : rows;
  const direction = cut.backward === isDescending ? 1 : -1;
  const [first = '', second = ''] = cut.position ?? [];
  const isBehind = (row: Row): boolean => {
    const [one, other] = placeOf(row);
    return (compareText(one, first) || compareText(other, second)) * direction > 0;
  };
  const start = cut.position === undefined ? 0 : ordered.findIndex(isBehind);
  const found = start < 0 ? [] : ordered.slice(start, start + cut.limit + 1).map((node) => ({ node, position: placeOf(node) }));
  return pageOf(name, cut, found, async () => (rows.length > MOST_COUNTED ? null : rows.length));
}
