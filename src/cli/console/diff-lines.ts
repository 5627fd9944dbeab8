/** Above this many compared pairs the middle is shown as all removed, then all added. */
const MOST_PAIRS = 20_000_000;

/** Lines that `before` has and `after` has not (`-`), and the other way round (`+`), in order, with the line number in `after`. Empty for equal texts. */
export function diffLines(before: string, after: string): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return changes(old.slice(start, old.length - end), now.slice(start, now.length - end), start + 1);
}

function changes(old: readonly string[], now: readonly string[], firstLine: number): string[] {
  const common = old.length * now.length > MOST_PAIRS ? undefined : longestCommon(old, now);
  const found: string[] = [];
  let left = 0;
  let right = 0;
  while (left < old.length || right < now.length) {
    if (common !== undefined && left < old.length && right < now.length && old[left] === now[right]) {
      left += 1;
      right += 1;
    } else if (left < old.length && (right >= now.length || common === undefined || common(left + 1, right) >= common(left, right + 1))) {
      found.push(`${firstLine + right}: - ${old[left]}`);
      left += 1;
    } else {
      found.push(`${firstLine + right}: + ${now[right]}`);
      right += 1;
    }
  }
  return found;
}

/** Length of the longest common subsequence of the rests from two positions on (dynamic programming, from the end). */
function longestCommon(old: readonly string[], now: readonly string[]): (left: number, right: number) => number {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let left = old.length - 1; left >= 0; left -= 1) {
    for (let right = now.length - 1; right >= 0; right -= 1) {
      const at = left * width + right;
      lengths[at] = old[left] === now[right] ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  return (left, right) => lengths[left * width + right]!;
}
