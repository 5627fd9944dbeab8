import { isDeepStrictEqual } from 'node:util';
import type { ConditionInput, Decision, Question, QuestionActor, ResourceFact } from '../../../engine/index.js';
import { membersThatMay } from '../../../fact-index/reachable.js';
import type { Cut, Placed } from '../../lists/page-of.js';
import { Breather } from '../breather.js';
import { mergedMembers } from './access-changes.js';
import type { AccessChange } from './access-change.js';
import { entriesOf, keyOfEntry, type AccessEntry, type View } from './access-entries.js';
import { reasonsOf, reasonsOfBinding, type ChangeReason } from './change-reasons.js';
import { coversGroup } from './group-coverage.js';
import type { ViewPair } from './view-pair.js';

/** One action on one Resource, as it was at each of the moments. */
export interface DecisionsQuestion {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly input?: ConditionInput;
  readonly memberIds?: readonly string[] | undefined;
  readonly before: ResourceFact | undefined;
  readonly after: ResourceFact | undefined;
}

/**
 * Actors that may do an action on a Resource at one of two moments and not at the other, each by a real decision: bindings of Users to
 * Members, and service Members by themselves; by Member and binding, from a position on.
 */
export async function* decisionChanges(pair: ViewPair, question: DecisionsQuestion, { backward, position }: Pick<Cut, 'backward' | 'position'>): AsyncGenerator<Placed<AccessChange>> {
  const [memberAt, bindingAt] = position ?? [];
  const possible = [possibleMembers(pair.from, question, question.before), possibleMembers(pair.to, question, question.after)];
  const breather = new Breather();
  const members = question.memberIds ?? mergedMembers(pair, backward, memberAt);
  for (const memberId of backward && question.memberIds !== undefined ? question.memberIds.toReversed() : members) {
    if (breather.isDue) await breather.breathe();
    if (memberAt !== undefined && (backward ? memberId > memberAt : memberId < memberAt)) continue;
    if (!possible.some((isPossible) => isPossible(memberId))) continue;
    const actors = actorsOf(pair, memberId);
    for (const actor of backward ? actors.reverse() : actors) {
      const { userMemberId } = actor;
      if (memberId === memberAt && bindingAt !== undefined && (backward ? userMemberId >= bindingAt : userMemberId <= bindingAt)) continue;
      const node = changeOf(pair, question, actor);
      if (node !== undefined) yield { node, position: [memberId, userMemberId] };
    }
  }
}

function possibleMembers({ index }: View, { resourceType, action }: DecisionsQuestion, resource: ResourceFact | undefined): (memberId: string) => boolean {
  const pair = index.registry.type(resourceType)?.actions.get(action);
  if (pair === undefined || resource === undefined) return () => false;
  const group = resource.groupId === undefined ? undefined : index.groups.row(resource.groupId);
  const members = membersThatMay(index, pair, group, resource.ownerMemberId);
  return (memberId) => members[index.actors.row(memberId) ?? -1] === 1;
}

function actorsOf({ from, to }: ViewPair, memberId: string): QuestionActor[] {
  const actors = new Map<string, QuestionActor>();
  for (const { index } of [from, to]) {
    const member = index.actors.row(memberId);
    if (member === undefined) continue;
    const { spaceId } = index;
    if (index.actors.isService(member)) actors.set('', { userId: '', memberId, userMemberId: '', spaceId, isMachine: true });
    for (const { id, userId } of index.actors.bindingsOf(member)) actors.set(id, { userId, memberId, userMemberId: id, spaceId });
  }
  return [...actors.values()].sort((left, right) => (left.userMemberId < right.userMemberId ? -1 : 1));
}

function changeOf(pair: ViewPair, asked: DecisionsQuestion, actor: QuestionActor): AccessChange | undefined {
  const { resourceType, resourceId, action, input, before, after } = asked;
  const question: Question = { actor, resourceType, resourceId, action, ...(input === undefined ? {} : { input }) };
  const decided = ({ index, clock }: View, resource: ResourceFact | undefined): Decision | undefined =>
    // Who acts by itself is a service Member at that moment.
    actor.isMachine === true && !index.actors.isService(index.actors.row(actor.memberId) ?? -1) ? undefined : index.decide(question, { resource, isInline: false }, clock);
  const [was, is] = [decided(pair.from, before), decided(pair.to, after)];
  if ((was?.decision === 'ALLOW') === (is?.decision === 'ALLOW')) return undefined;
  const direction = is?.decision === 'ALLOW' ? 'gained' : 'lost';
  const [allowing, denying] = direction === 'gained' ? ([pair.to, pair.from] as const) : ([pair.from, pair.to] as const);
  const [allowed, denied] = (direction === 'gained' ? [is, was] : [was, is]) as [Decision, Decision | undefined];
  const entry = entryOfDecision(allowing, actor.memberId, allowed);
  const denyCode = denied?.denyCode ?? 'ACTOR_NOT_FOUND';
  const reasons = new Set([
    ...reasonsOf(allowing, denying, actor.memberId, entry, direction).filter(() => !isInForce(denying, actor.memberId, entry)),
    ...(actor.isMachine === true ? [] : bindingReasons(denying, actor, direction)),
    ...targetReasons(allowing, denying, entry, [before, after], denyCode),
  ]);
  const who = actor.isMachine === true ? {} : { userId: actor.userId, userMemberId: actor.userMemberId };
  return { ...entry, ...who, memberId: actor.memberId, direction, reasons: [...reasons], resourceId, denyCode };
}

function entryOfDecision({ index, clock }: View, memberId: string, { matched }: Decision): AccessEntry {
  const { grant } = matched as NonNullable<Decision['matched']>;
  const filter = { resourceType: grant.permission.resourceType, action: grant.permission.action };
  const found = entriesOf({ index, clock }, index.actors.row(memberId), filter)
    .find(({ memberRoleId, rolePermissionId }) => memberRoleId === grant.memberRole.id && rolePermissionId === grant.rolePermission.id);
  return found as AccessEntry;
}

function isInForce(view: View, memberId: string, entry: AccessEntry): boolean {
  return entriesOf(view, view.index.actors.row(memberId), entry).some((other) => keyOfEntry(other) === keyOfEntry(entry));
}

function bindingReasons({ index: { actors }, clock }: View, actor: QuestionActor, direction: AccessChange['direction']): ChangeReason[] {
  return reasonsOfBinding(actors, actors.binding(actor), clock, direction);
}

function targetReasons(allowing: View, denying: View, entry: AccessEntry, [before, after]: readonly (ResourceFact | undefined)[], denyCode: string): ChangeReason[] {
  const reasons: ChangeReason[] = [];
  if (denyCode === 'EXPLICIT_DENY') reasons.push('denied');
  if (denyCode === 'CONDITION_NOT_MET') reasons.push('condition');
  if (!isDeepStrictEqual(before, after)) reasons.push('resource_changed');
  const groupId = before?.groupId;
  if (groupId === undefined || groupId !== after?.groupId || coversGroup(allowing, entry, groupId) === coversGroup(denying, entry, groupId)) return reasons;
  const isActive = ({ index: { groups } }: View): boolean => groups.isActive(groups.row(groupId) ?? -1);
  return [...reasons, isActive(allowing) === isActive(denying) ? 'group_moved' : 'group_changed'];
}
