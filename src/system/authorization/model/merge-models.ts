import type { Entry, Model } from './model.js';
import { showPlace } from './yaml/place.js';
import type { Problems } from './yaml/problems.js';

/** Puts files together. What two of them define is a mistake: which of both would count? */
export function mergeModels(models: readonly Model[], problems: Problems): Model {
  const spaces = models.map(({ space }) => space).filter((space) => space !== undefined);
  const [space, another] = spaces;
  if (space !== undefined && another !== undefined) problems.add(another.at, `The Space is defined twice: also at ${showPlace(space.at)}.`);
  const merged = <Made extends Entry>(of: (model: Model) => ReadonlyMap<string, Made>): Map<string, Made> => union(models.map(of), problems);
  return {
    types: merged(({ types }) => types),
    permissions: merged(({ permissions }) => permissions),
    roles: merged(({ roles }) => roles),
    separation: models.flatMap(({ separation }) => separation),
    ...(space === undefined ? {} : { space }),
    groups: merged(({ groups }) => groups),
    users: merged(({ users }) => users),
    members: merged(({ members }) => members),
    assignments: models.flatMap(({ assignments }) => assignments),
    resources: merged(({ resources }) => resources),
  };
}

function union<Made extends Entry>(maps: readonly ReadonlyMap<string, Made>[], problems: Problems): Map<string, Made> {
  const all = new Map<string, Made>();
  for (const [key, entry] of maps.flatMap((map) => [...map])) {
    const held = all.get(key);
    if (held === undefined) all.set(key, entry);
    else problems.add(entry.at, `${key} is defined twice: also at ${showPlace(held.at)}.`);
  }
  return all;
}
