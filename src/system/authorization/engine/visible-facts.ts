import type { Facts } from './facts.js';

/**
 * The facts of a decision that a reader may see in its trace: an object of another Space than the actor's, which the reader does not
 * reach, looks like one that does not exist.
 *
 * @param reaches - true for Spaces in which the reader may look at decisions
 */
export function visibleFacts(facts: Facts, actorSpaceId: string, reaches: (spaceId: string) => boolean): Facts {
  const shown = <Fact extends { readonly spaceId: string }>(fact: Fact | undefined): Fact | undefined =>
    fact !== undefined && (fact.spaceId === actorSpaceId || reaches(fact.spaceId)) ? fact : undefined;
  return { ...facts, member: shown(facts.member), userMember: shown(facts.userMember), resource: shown(facts.resource), group: shown(facts.group) };
}
