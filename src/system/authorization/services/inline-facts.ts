import { createHash } from 'node:crypto';
import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { SCOPE_NAMES, type GrantFact, type GroupFact, type Question, type QuestionActor, type ResourceFact, type TraceNames } from '../engine/index.js';
import { checkedMetadata } from '../../shared/services/index.js';
import type { InlineFacts } from './ask.js';
import type { ActorInput, GrantInput, ResourceInput } from './check-input.js';
import { checkedGroupPath, checkedId, checkedKey, checkedText, required } from './input-checks.js';

const MOST_GRANTS = 200;

/** Actor of an inline request: what is not said is active, and called as its id. */
export function inlineActor(actor: QuestionActor, input: ActorInput, path: InputPath): { facts: InlineFacts; names: TraceNames } {
  return {
    facts: {
      user: { id: actor.userId, status: input.userStatus ?? 'active' },
      member: { id: actor.memberId, spaceId: actor.spaceId, status: input.memberStatus ?? 'active' },
      userMember: {
        id: actor.userMemberId,
        userId: actor.userId,
        memberId: actor.memberId,
        spaceId: actor.spaceId,
        relationType: checkedText(input.relationType, 64, [...path, 'relationType']) ?? 'external',
        status: input.bindingStatus ?? 'active',
        isPrimary: true,
      },
      space: { id: actor.spaceId, status: input.spaceStatus ?? 'active' },
    },
    names: {
      userEmail: checkedText(input.userEmail, 320, [...path, 'userEmail']),
      memberDisplayName: checkedText(input.memberDisplayName, 200, [...path, 'memberDisplayName']) ?? actor.memberId,
      spaceName: checkedText(input.spaceName, 200, [...path, 'spaceName']) ?? actor.spaceId,
    },
  };
}

/** Group of an inline request: the id is made from Space and path when only a path is given, the path is the id when only an id is. */
export function inlineGroup(spaceId: string, id: string | undefined, path: string | undefined): GroupFact | undefined {
  if (id === undefined && path === undefined) return undefined;
  const made = createHash('sha1').update(JSON.stringify([spaceId, path])).digest('hex').slice(0, 16);
  return { id: id ?? `group_inline_${made}`, spaceId, path: path ?? (id as string), status: 'active' };
}

/** Resource of an inline request. It names its Space; it may be known by an external id only. */
export function inlineResource(question: Pick<Question, 'resourceType' | 'resourceId'>, input: ResourceInput, path: InputPath): { facts: InlineFacts; names: TraceNames } {
  const spaceId = required(checkedId(input.spaceId, [...path, 'spaceId']), [...path, 'spaceId']);
  const group = inlineGroup(spaceId, checkedId(input.groupId, [...path, 'groupId']), checkedGroupPath(input.groupPath, [...path, 'groupPath']));
  const resource: ResourceFact = {
    id: question.resourceId,
    spaceId,
    resourceType: question.resourceType,
    ...defined({
      externalId: checkedText(input.externalId, 256, [...path, 'externalId']),
      groupId: group?.id,
      ownerMemberId: checkedId(input.ownerMemberId, [...path, 'ownerMemberId']),
    }),
    visibility: input.visibility ?? 'private',
    status: input.status ?? 'active',
  };
  const metadata = checkedMetadata(input.metadata, [...path, 'metadata'].map(String));
  return {
    facts: { resource, ...defined({ group }) },
    names: defined({ resourceDisplayName: checkedText(input.displayName, 200, [...path, 'displayName']), resourceMetadata: metadata }),
  };
}

/** Grants of an inline request; those for another type or action are dropped after all have been checked. */
export function inlineGrants(question: Question, inputs: readonly GrantInput[], path: InputPath): GrantFact[] {
  if (inputs.length > MOST_GRANTS) throw invalid(path, `A request has at most ${MOST_GRANTS} grants.`);
  return inputs
    .map((input, index) => inlineGrant(question.actor, input, index, [...path, index]))
    .filter(({ permission }) => permission.resourceType === question.resourceType && permission.action === question.action);
}

function inlineGrant(actor: QuestionActor, input: GrantInput, index: number, path: InputPath): GrantFact {
  const scope = required(input.scope, [...path, 'scope']);
  if (!SCOPE_NAMES.includes(scope)) throw invalid([...path, 'scope'], 'This scope is unknown.');
  const spaceId = checkedId(input.spaceId, [...path, 'spaceId']) ?? actor.spaceId;
  const roleKey = checkedKey(input.roleKey ?? 'inline', [...path, 'roleKey']);
  const resourceType = checkedKey(input.resourceType, [...path, 'resourceType']);
  const action = checkedKey(input.action, [...path, 'action']);
  const anchor = inlineGroup(
    spaceId,
    checkedId(input.scopeAnchorGroupId, [...path, 'scopeAnchorGroupId']),
    checkedGroupPath(input.scopeAnchorGroupPath, [...path, 'scopeAnchorGroupPath']),
  );
  const status = 'active';
  return {
    memberRole: { id: `mr_inline_${index}`, memberId: actor.memberId, spaceId, status },
    role: { id: checkedId(input.roleId, [...path, 'roleId']) ?? `role_inline_${roleKey}`, key: roleKey, spaceId, status },
    inherited: [],
    rolePermission: { id: `rp_inline_${index}`, status },
    permission: {
      id: checkedId(input.permissionId, [...path, 'permissionId']) ?? `perm_inline_${resourceType}_${action}_${scope}`,
      resourceType,
      action,
      scope,
      effect: 'allow',
      status,
    },
    ...defined({ anchor }),
  };
}

/** The fields that have a value: engine and audit log know absent, not undefined. */
export function defined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
