import type { Evaluation } from '../../../../kernel/expressions/index.js';

/** Says what a condition gives that nothing is known of; the same for the same key. */
export type Guess = (key: string) => Evaluation;

/** Ways in which conditions may have gone that are tried, at most. */
const MOST_WAYS = 64;

/**
 * Every outcome of a question with conditions that nothing is known of: each of them is tried as true and as false, but only those that
 * are looked at. An error needs no try of its own, because an allowance fails with it as with false, and a denial stands as with true.
 *
 * @returns undefined when there are too many ways
 */
export function possibleOutcomes<Outcome>(ask: (guess: Guess) => Outcome): Outcome[] | undefined {
  const outcomes: Outcome[] = [];
  const open: ReadonlyMap<string, boolean>[] = [new Map()];
  for (let known = open.pop(); known !== undefined; known = open.pop()) {
    if (outcomes.length >= MOST_WAYS) return undefined;
    const tried = new Map(known);
    outcomes.push(ask((key) => {
      const held = tried.get(key);
      if (held !== undefined) return held;
      // The other way is tried later, from here on.
      open.push(new Map(tried).set(key, false));
      tried.set(key, true);
      return true;
    }));
  }
  return outcomes;
}
