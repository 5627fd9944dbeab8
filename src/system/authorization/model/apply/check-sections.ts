import type { Model } from '../model.js';
import { spaceOf } from '../world/space-of.js';
import type { Problems } from '../yaml/problems.js';
import type { Place } from '../yaml/place.js';

/** Where a file of rules is to be compared or imported. */
export interface ModelPlace {
  readonly spaceId?: string;
  readonly withData: boolean;
}

/** Reports sections of a file that would be left out: what a file says and nobody does is worse than a refusal. */
export function checkSections(model: Model, { spaceId, withData }: ModelPlace, problems: Problems): void {
  const first = (entries: Iterable<{ readonly at: Place }>, message: string): void => {
    const [entry] = entries;
    if (entry !== undefined) problems.add(entry.at, message);
  };
  const { roles, separation, groups, users, members, assignments, resources, space } = model;
  const data = [...groups.values(), ...users.values(), ...members.values(), ...assignments];
  first(resources.values(), 'Resources are for tests: what is governed comes from the system that keeps it.');
  if (spaceId === undefined) first([...roles.values(), ...separation, ...data, ...(space === undefined ? [] : [space])], 'This belongs to a Space: say which one by --space.');
  else if (space !== undefined && space.status !== 'active') problems.add(space.at, 'The status of a Space is not changed by a file of rules.');
  else if (space !== undefined && spaceOf(model).id !== spaceId) problems.add(space.at, `This file is about the Space ${spaceOf(model).id}, not about ${spaceId}.`);
  if (spaceId !== undefined && !withData) first(data, 'Groups, people and assignments are taken by --with-assignments only.');
}
