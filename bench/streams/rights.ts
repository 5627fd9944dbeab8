/** How many Spaces events come from, in turns. */
export const SPACES = 8;
/** How many sets of rights subscribers have. */
export const GROUPS = 50;
/** Open sessions of each group. */
export const SESSIONS_PER_GROUP = 2;

/**
 * What each group may see, by numbers of Spaces: half of them. For each group there is one that sees the other half, so that every Space
 * is seen by half of the groups.
 */
export function visibleSpaces(): readonly (readonly number[])[] {
  const halves = subsets(SPACES, SPACES / 2).filter((spaces) => spaces.includes(0)).slice(0, GROUPS / 2);
  const all = Array.from({ length: SPACES }, (_, number) => number);
  return halves.flatMap((spaces) => [spaces, all.filter((number) => !spaces.includes(number))]);
}

function subsets(below: number, size: number): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: below }, (_, last) => last).flatMap((last) => subsets(last, size - 1).map((rest) => [...rest, last]));
}
