import type { Actor } from '../../../shared/contracts/index.js';
import type { ConditionInput, Question, QuestionActor } from '../../engine/index.js';
import { membersThatMay } from '../../fact-index/reachable.js';
import type { IndexedTarget, SpaceIndex } from '../../fact-index/space-index.js';
import type { Cut, Placed } from './page-of.js';

/** What is asked about each actor. */
export interface ActorsQuestion {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly input?: ConditionInput;
  readonly target: IndexedTarget;
  readonly actors: 'bindings' | 'services';
}

/** Actors for which the decision is ALLOW, in the order of Member and binding from the position of the cut on. */
export function* actorsThatMay(index: SpaceIndex, asked: ActorsQuestion, now: number, { backward, position }: Pick<Cut, 'backward' | 'position'>): Iterable<Placed<Actor>> {
  const { resource } = asked.target;
  const pair = index.registry.type(asked.resourceType)?.actions.get(asked.action);
  if (pair === undefined || resource === undefined) return;
  const group = resource.groupId === undefined ? undefined : index.groups.row(resource.groupId);
  const possible = membersThatMay(index, pair, group, resource.ownerMemberId);
  const [memberAt, bindingAt] = position ?? [];
  // The Member of the position itself may have more bindings.
  for (const member of index.actors.inOrder(memberAt, backward)) {
    if (possible[member] !== 1) continue;
    const memberId = index.actors.id(member);
    for (const actor of actorsOf(index, member, asked.actors, backward)) {
      if (memberId === memberAt && isPassed(actor.userMemberId, bindingAt ?? '', backward)) continue;
      const question: Question = { actor, resourceType: asked.resourceType, resourceId: asked.resourceId, action: asked.action, ...(asked.input === undefined ? {} : { input: asked.input }) };
      if (index.decide(question, asked.target, now)?.decision !== 'ALLOW') continue;
      const { userId, userMemberId, spaceId } = actor;
      yield { node: { userId, memberId, userMemberId, spaceId }, position: [memberId, userMemberId] };
    }
  }
}

function actorsOf(index: SpaceIndex, member: number, kind: ActorsQuestion['actors'], backward: boolean): QuestionActor[] {
  if (kind === 'services') return index.actors.isService(member) ? [{ userId: '', memberId: index.actors.id(member), userMemberId: '', spaceId: index.spaceId, isMachine: true }] : [];
  const actors = index.actors.actorsOf(member);
  return backward ? actors.reverse() : actors;
}

function isPassed(id: string, at: string, backward: boolean): boolean {
  return backward ? id >= at : id <= at;
}
