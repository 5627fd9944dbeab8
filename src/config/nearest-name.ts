/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours each cost one. */
const distance = (left: string, right: string): number => {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(left.length, right.length);
};

/** The name closest to `text` by edit distance; the first of equals. `names` must not be empty. */
export const nearestName = (text: string, names: readonly string[]): string =>
  names
    .map((name) => ({ name, cost: distance(text, name) }))
    .reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best)).name;
