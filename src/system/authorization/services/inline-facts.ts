import { createHash } from 'node:crypto';
import type { InputPath } from '../../../kernel/errors/index.js';
import type { GroupFact, Question, QuestionActor, ResourceFact, TraceNames } from '../engine/index.js';
import type { InlineFacts } from './ask.js';
import type { ActorInput, ResourceInput } from './check-input.js';
import { checkedGroupPath, checkedId, checkedProperties, checkedText, required } from './input-checks.js';

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
  const metadata = checkedProperties(input.metadata, [...path, 'metadata']);
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
    ...defined({ metadata }),
  };
  return {
    facts: { resource, ...defined({ group }) },
    names: defined({ resourceDisplayName: checkedText(input.displayName, 200, [...path, 'displayName']), resourceMetadata: metadata }),
  };
}

/** The fields that have a value: engine and audit log know absent, not undefined. */
export function defined<Fields extends object>(fields: Fields): Fields {
  for (const key in fields) {
    if (fields[key] === undefined) return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
  }
  return fields;
}
