import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';

/** The same-Space invariant: the ids asked for are the ids loaded, and everything that takes part lies in the Space of the actor. */
export function isOneSpace({ actor }: Question, facts: Facts, candidates: readonly GrantFact[]): boolean {
  const { user, member, userMember, space, resource, group } = facts;
  const isHere = (fact: { readonly spaceId: string } | undefined): boolean => fact === undefined || fact.spaceId === actor.spaceId;
  const isBound =
    actor.isMachine === true ||
    (user?.id === actor.userId && userMember?.id === actor.userMemberId && userMember.userId === actor.userId && userMember.memberId === actor.memberId);
  return (
    isBound &&
    member?.id === actor.memberId &&
    space?.id === actor.spaceId &&
    [member, userMember, resource, group].every(isHere) &&
    candidates.every(({ memberRole, role, inherited, anchor }) => memberRole.memberId === actor.memberId && [memberRole, role, ...inherited, anchor].every(isHere))
  );
}
