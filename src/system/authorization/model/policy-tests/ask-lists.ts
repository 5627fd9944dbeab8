import type { Question, QuestionActor } from '../../engine/index.js';
import { reachableBy } from '../../fact-index/reachable.js';
import { actorsThatMay } from '../../services/lists/actors-that-may.js';
import { MODEL_IDS } from '../ids.js';
import { compareBytes } from '../compare-bytes.js';
import { EvaluatorsDiffer, type AskedTarget, type PolicyWorld } from '../world/policy-world.js';

// Each list is made as the server makes it and once more by asking about everything there is: only what both say is an answer.

/** Names of the actors that may. */
export function askActors(world: PolicyWorld, question: Question, target: AskedTarget, actors: 'bindings' | 'services', now: number): string[] {
  const { resourceType, resourceId, action, input } = question;
  const asked = { resourceType, resourceId, action, target, actors, ...(input === undefined ? {} : { input }) };
  const listed = [...actorsThatMay(world.index, asked, now, { backward: false, position: undefined })].map(({ node }) => world.names.actor(node.memberId, node.userMemberId));
  const all = actorsOf(world, actors).filter((actor) => world.allows({ ...question, actor }, target, now)).map(({ memberId, userMemberId }) => world.names.actor(memberId, userMemberId));
  return agreed('list_actors', question, listed, all);
}

/** Ids of the Resources on which an actor may. */
export function askResources(world: PolicyWorld, question: Question, now: number): string[] {
  const { actor, resourceType, action } = question;
  const ofType = [...world.resources.values()].filter((resource) => resource.resourceType === resourceType);
  const all = ofType.filter((resource) => world.allows({ ...question, resourceId: resource.id }, { resource, isInline: false }, now)).map(({ id }) => id);
  const member = world.index.knows(actor) ? world.index.actors.row(actor.memberId) : undefined;
  const pair = world.index.registry.type(resourceType)?.actions.get(action);
  if (member === undefined || pair === undefined) return agreed('list_resources', question, [], all);
  const { isSpace, isOwn, groups } = reachableBy(world.index, member, pair, now);
  const listed = ofType.filter((resource) => {
    const row = resource.groupId === undefined ? undefined : world.index.groups.row(resource.groupId);
    const isReached = isSpace || (row !== undefined && groups.has(row)) || (isOwn && resource.ownerMemberId === actor.memberId);
    return isReached && world.index.decide({ ...question, resourceId: resource.id }, { resource, isInline: false }, now)?.decision === 'ALLOW';
  });
  return agreed('list_resources', question, listed.map(({ id }) => id), all);
}

/** Keys of the actions that an actor may. */
export function askActions(world: PolicyWorld, question: Question, target: AskedTarget, now: number): string[] {
  const registered = [...(world.index.registry.type(question.resourceType)?.actions.values() ?? [])].filter(({ fact }) => fact !== undefined).map(({ key }) => key);
  const listed = registered.filter((action) => world.index.decide({ ...question, action }, target, now)?.decision === 'ALLOW');
  const all = [...(world.model.types.get(question.resourceType)?.actions.keys() ?? [])].filter((action) => world.allows({ ...question, action }, target, now));
  return agreed('list_actions', question, listed, all);
}

function actorsOf({ model, spaceId }: PolicyWorld, actors: 'bindings' | 'services'): QuestionActor[] {
  const members = [...model.members.values()];
  if (actors === 'services') {
    return members.filter(({ memberType }) => memberType === 'service').map(({ key }) => ({ userId: '', memberId: MODEL_IDS.member(key), userMemberId: '', spaceId, isMachine: true }));
  }
  return members.flatMap(({ key, bindings }) => [...bindings.values()].map((binding) =>
    ({ userId: MODEL_IDS.user(binding.user.name), memberId: MODEL_IDS.member(key), userMemberId: MODEL_IDS.binding(binding.key), spaceId })));
}

function agreed(kind: string, question: Question, listed: readonly string[], all: readonly string[]): string[] {
  const [one, other] = [listed.toSorted(compareBytes), all.toSorted(compareBytes)];
  if (JSON.stringify(one) !== JSON.stringify(other)) throw new EvaluatorsDiffer(`${kind} and check differ: ${JSON.stringify({ question, listed: one, checked: other })}`);
  return one;
}
