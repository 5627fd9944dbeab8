import type { CheckedCandidate } from './check-candidate.js';
import type { Facts, GroupFact, RoleFact } from './facts.js';
import type { DecisionTrace, TraceActor, TraceCandidate, TraceGroup, TraceHeader, TraceNames, TraceRegistry, TraceRole, TraceSpace, TraceTarget } from './trace.js';

/** Puts a trace together from the facts of a decision, the candidates that its recorder saw, and names for those with the right. */
export function buildTrace(header: TraceHeader, facts: Facts, candidates: readonly CheckedCandidate[], names: TraceNames): DecisionTrace {
  const { actor, traceId, decision, reason, contextMode, resourceType, resourceId, action, request } = header;
  const denyCode = header.denyCode ?? null;
  const space = facts.space === undefined ? null : { id: facts.space.id, name: names.spaceName ?? null, status: facts.space.status };
  return {
    traceVersion: '1.0',
    traceId,
    decision,
    denyCode,
    reason,
    contextMode,
    actor: actorOf(actor.spaceId, facts, names, space),
    space,
    target: targetOf(actor.spaceId, facts, names),
    resourceRegistry: registryOf(facts),
    matchedCandidates: candidates.map((candidate) => candidateOf(actor.spaceId, candidate)),
    request: { requestId: request.id ?? null, ip: request.ip ?? null, userAgent: request.userAgent ?? null },
    audit: {
      auditEventId: header.auditEventId ?? null,
      actorUserId: actor.userId,
      actorMemberId: actor.memberId,
      actorUserMemberId: actor.userMemberId,
      spaceId: actor.spaceId,
      action: `${resourceType}.${action}`,
      resourceType,
      resourceId,
      decision,
      denyCode,
      requestId: request.id ?? null,
    },
  };
}

function actorOf(spaceId: string, { user, member, userMember }: Facts, names: TraceNames, space: TraceSpace | null): TraceActor {
  const isMemberHere = member?.spaceId === spaceId;
  const isBindingHere = userMember?.spaceId === spaceId;
  return {
    user: user === undefined ? null : { id: user.id, email: names.userEmail ?? null, status: user.status },
    member: member === undefined ? null : {
      id: member.id,
      spaceId: member.spaceId,
      displayName: isMemberHere ? (names.memberDisplayName ?? null) : null,
      status: isMemberHere ? member.status : null,
    },
    userMember: userMember === undefined ? null : {
      id: userMember.id,
      spaceId: userMember.spaceId,
      userId: isBindingHere ? userMember.userId : null,
      memberId: isBindingHere ? userMember.memberId : null,
      relationType: isBindingHere ? userMember.relationType : null,
      status: isBindingHere ? userMember.status : null,
      isPrimary: isBindingHere ? userMember.isPrimary : null,
      expiresAt: isBindingHere && userMember.expiresAt !== undefined ? new Date(userMember.expiresAt) : null,
    },
    space,
  };
}

function targetOf(spaceId: string, { resource, group }: Facts, names: TraceNames): TraceTarget {
  const isHere = resource?.spaceId === spaceId;
  return {
    resource: resource === undefined ? null : {
      id: resource.id,
      type: resource.resourceType,
      spaceId: resource.spaceId,
      externalId: isHere ? (resource.externalId ?? null) : null,
      groupId: isHere ? (resource.groupId ?? null) : null,
      groupPath: isHere && group?.spaceId === spaceId ? group.path : null,
      ownerMemberId: isHere ? (resource.ownerMemberId ?? null) : null,
      displayName: isHere ? (names.resourceDisplayName ?? null) : null,
      visibility: isHere ? (resource.visibility ?? null) : null,
      status: isHere ? resource.status : null,
      metadata: isHere ? (names.resourceMetadata ?? null) : null,
    },
    group: groupOf(spaceId, group),
  };
}

function registryOf({ registry: { resourceType: type, action, mapping } }: Facts): TraceRegistry {
  return {
    resourceType: type === undefined ? null : { id: type.id, key: type.key, status: type.status },
    action: action === undefined ? null : {
      id: action.id, key: action.key, riskLevel: action.riskLevel, auditDefault: action.auditDefault, status: action.status,
    },
    mapping: mapping === undefined ? null : { id: mapping.id, storageKind: mapping.storageKind, status: mapping.status },
  };
}

function candidateOf(spaceId: string, { grant, scopeCheck, conditionCheck }: CheckedCandidate): TraceCandidate {
  const { role, inherited, permission, memberRole, anchor } = grant;
  return {
    role: roleOf(role),
    inheritedRoles: inherited.map(roleOf),
    permission: { id: permission.id, resourceType: permission.resourceType, action: permission.action, scope: permission.scope, effect: permission.effect },
    memberRoleId: memberRole.id,
    memberRoleSpaceId: memberRole.spaceId,
    scopeAnchor: groupOf(spaceId, anchor),
    scopeCheck: { covered: scopeCheck.covered, rule: scopeCheck.rule, reason: scopeCheck.reason, denyCode: scopeCheck.denyCode ?? null },
    conditionCheck: conditionCheck === undefined ? null : { met: conditionCheck.met, failed: conditionCheck.failed ?? null, error: conditionCheck.error ?? null },
  };
}

function roleOf({ id, key, spaceId }: RoleFact): TraceRole {
  return { id, key, spaceId };
}

function groupOf(spaceId: string, group: GroupFact | undefined): TraceGroup | null {
  if (group === undefined) return null;
  const isHere = group.spaceId === spaceId;
  return { id: group.id, spaceId: group.spaceId, path: isHere ? group.path : null, status: isHere ? group.status : null };
}
