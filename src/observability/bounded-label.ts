/** What a label says when there are too many different values. */
export const OTHER = 'other';

/**
 * Makes a guard for a metric's label: the first `most` different values pass, all later ones become `other`. Each value of a label
 * is a time series of its own, so an unbounded one would grow the metrics without end.
 */
export const boundedLabel = (most: number): ((value: string) => string) => {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return OTHER;
    known.add(value);
    return value;
  };
};
