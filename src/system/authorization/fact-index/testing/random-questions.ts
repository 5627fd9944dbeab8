import type { ConditionInput, Question, QuestionActor, ResourceFact } from '../../engine/index.js';
import { textOf, type Body } from './fact-rows.js';
import { resourceFact, type StoreRequest } from './fact-store.js';
import { CLOCK } from './random-conditions.js';
import { ACTIONS, TYPES, type RandomWorld } from './random-world.js';

/** A question with all that is asked with it. */
export interface RandomQuestion extends StoreRequest {
  readonly now: number;
  /** Resource of a proposed target. */
  readonly proposed?: ResourceFact;
}

/** Asks at random, mostly about what is there and belongs together. */
export function randomQuestion(world: RandomWorld, spaceId: string): RandomQuestion {
  const { random, store } = world;
  const actor = randomActor(world, spaceId);
  const there = random.mostly(0.95, spaceId, ...world.spaceIds);
  const resource = world.one(store.inSpace('resource', there));
  const resourceType = random.mostly(0.94, textOf(resource, 'resource_type', TYPES[0]), ...TYPES, 'memo');
  const input = conditionInput(world);
  const question: Question = {
    actor, resourceType, resourceId: random.mostly(0.98, resource?.id ?? 'thing_none', world.oneGone('thing')), action: random.mostly(0.97, random.mostly(0.6, ...ACTIONS), 'void'), ...(input === undefined ? {} : { input }),
  };
  const now = CLOCK + random.below(5) - 2;
  return random.chance(0.9) ? { question, mode: 'stored', now } : { question, now, ...proposedTarget(world, question, there) };
}

function randomActor(world: RandomWorld, spaceId: string): QuestionActor {
  const { random, store, spaceIds } = world;
  const pick = (bodies: readonly Body[]): Body | undefined => random.pick(bodies);
  if (random.chance(0.15)) {
    const member = pick(random.chance(0.95) ? store.inSpace('member', spaceId) : store.of('member'));
    return { userId: '', memberId: random.mostly(0.95, member?.id ?? 'member_none', 'member_none', world.oneGone('member')), userMemberId: '', spaceId: random.mostly(0.97, spaceId, ...spaceIds), isMachine: true };
  }
  const binding = pick(store.inSpace('user_member', spaceId));
  const other = pick(store.of('user_member'));
  return {
    userId: random.mostly(0.97, textOf(binding, 'user_id', 'user_none'), textOf(other, 'user_id', 'user_none'), 'user_none'),
    memberId: random.mostly(0.97, textOf(binding, 'member_id', 'member_none'), textOf(other, 'member_id', 'member_none'), world.oneGone('member')),
    userMemberId: random.mostly(0.97, binding?.id ?? 'um_none', other?.id ?? 'um_none', world.oneGone('um')),
    spaceId: random.mostly(0.97, spaceId, ...spaceIds, 'space_none'),
  };
}

function conditionInput({ random }: RandomWorld): ConditionInput | undefined {
  return random.chance(0.5) ? undefined : { context: { level: random.pick([1, 3, 'high']) } };
}

function proposedTarget({ random, store }: RandomWorld, question: Question, spaceId: string): Pick<RandomQuestion, 'mode' | 'targetGroup' | 'proposed'> {
  const known = random.pick(store.inSpace('resource', spaceId));
  const group = random.pick(random.chance(0.9) ? store.inSpace('group', spaceId) : store.of('group'));
  const named = random.chance(0.5) ? { id: random.mostly(0.95, group?.id ?? 'group_none', 'group_none') } : { path: random.mostly(0.95, textOf(group, 'path', 'none'), 'none') };
  const targetGroup = random.chance(0.85) ? { spaceId, ...named } : undefined;
  const { groupId: _, ...rest } = resourceFact(known) ?? { status: 'active' };
  const proposed: ResourceFact = { ...rest, id: question.resourceId, spaceId, resourceType: question.resourceType, ...(targetGroup === undefined ? {} : { groupId: named.id ?? 'group_inline_made' }) };
  return { mode: 'proposed_target', proposed, ...(targetGroup === undefined ? {} : { targetGroup }) };
}
