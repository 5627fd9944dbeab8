import type { DenyCode } from './deny-codes.js';
import type { Facts } from './facts.js';
import type { Question } from './question.js';

/**
 * What is wrong with the actor; the first failure wins: all four exist, User active, Member active, Space active, binding active,
 * binding not ended. `expiresAt` is compared with the clock of the request: at that moment the binding has ended.
 */
export function actorProblem({ actor }: Question, { user, member, space, userMember }: Facts, now: number): DenyCode | undefined {
  if (member === undefined || space === undefined) return 'ACTOR_NOT_FOUND';
  if (actor.isMachine === true) return memberProblem(member, space);
  if (user === undefined || userMember === undefined) return 'ACTOR_NOT_FOUND';
  if (user.status !== 'active') return 'ACTOR_USER_INACTIVE';
  const problem = memberProblem(member, space);
  if (problem !== undefined) return problem;
  if (userMember.status !== 'active') return 'USER_MEMBER_REVOKED';
  return userMember.expiresAt !== undefined && userMember.expiresAt <= now ? 'USER_MEMBER_EXPIRED' : undefined;
}

function memberProblem(member: { readonly status: string }, space: { readonly status: string }): DenyCode | undefined {
  if (member.status !== 'active') return 'ACTOR_MEMBER_INACTIVE';
  return space.status === 'active' ? undefined : 'SPACE_INACTIVE';
}
