import type { AuditEntry } from '../../shared/contracts/index.js';
import {
  visibleFacts, type CheckedCandidate, type ContextMode, type Decision, type Facts, type FactRevision, type GrantFact, type Question, type QuestionActor, type TraceNames,
} from '../engine/index.js';
import { defined } from './inline-facts.js';
import type { InlineFacts, UnknownNames } from './ask.js';

const MOST_CANDIDATES = 500;

/** Ids of one candidate; its facts are found in the versions of the revision. */
export interface RecordedCandidate {
  readonly memberRoleId: string;
  readonly roleId: string;
  readonly rolePermissionId: string;
  readonly permissionId: string;
  readonly anchorGroupId?: string;
}

/** What the audit event of a decision holds: ids, keys and statuses. No names, no e-mail, no metadata. */
export interface RecordedDecision {
  readonly recordVersion: 1;
  readonly contextMode: ContextMode;
  readonly actor: QuestionActor;
  readonly resource: { readonly type: string; readonly id: string; readonly spaceId?: string; readonly groupId?: string };
  readonly action: string;
  /** Risk level of the action; absent when it is not registered. */
  readonly risk?: string;
  readonly revision: FactRevision;
  /** Clock of the request in milliseconds since the epoch. */
  readonly decidedAt: number;
  readonly registry: { readonly resourceTypeId?: string; readonly actionId?: string; readonly mappingId?: string };
  readonly statuses: Readonly<Record<string, string>>;
  /** The candidate that decided: the covering one of an allow, the first one of a deny by scope. */
  readonly matched?: RecordedCandidate & {
    readonly scope: string;
    readonly rule: string;
    readonly statuses: { readonly memberRole: string; readonly role: string; readonly rolePermission: string; readonly permission: string; readonly anchor?: string };
  };
  readonly candidates: readonly RecordedCandidate[];
  /** Facts that came with the request: they have no versions. */
  readonly inline?: InlineFacts;
}

/** One decision on its way into the audit log. */
export interface DecidedQuestion {
  readonly question: Question;
  readonly mode: ContextMode;
  readonly inline: InlineFacts;
  /** Names that came with the request; not recorded. */
  readonly names: TraceNames;
  readonly named?: UnknownNames;
  readonly facts: Facts;
  readonly decision: Decision;
  readonly candidates: readonly CheckedCandidate[];
  readonly traceId: string;
}

/** Makes the audit entry of a decision. */
export function decisionEntry(decided: DecidedQuestion, now: number): AuditEntry {
  const { question, facts, decision, traceId, named } = decided;
  const { actor, resourceType, resourceId, action } = question;
  const group = facts.group?.spaceId === actor.spaceId ? facts.group : undefined;
  return {
    type: 'authorization.decision',
    spaceId: actor.spaceId,
    ...(group === undefined ? {} : { groupId: group.id }),
    // The Member behind an API key is the caller itself; one that another system asks about is not.
    ...(actor.isMachine === true && named === undefined ? {} : { actor }),
    ...personalOf(named),
    action: `${resourceType}.${action}`,
    target: { type: resourceType, id: resourceId },
    decision: decision.decision,
    ...(decision.denyCode === undefined ? {} : { denyCode: decision.denyCode }),
    traceId,
    // The event is as risky as the action that was decided on.
    ...riskOf(facts.registry.action?.riskLevel),
    details: { ...recordOf(decided, now) },
  };
}

function personalOf({ subject, resource }: UnknownNames = {}): Pick<AuditEntry, 'personal'> {
  if (subject === undefined && resource === undefined) return {};
  return { personal: defined({ identifier: subject, values: resource === undefined ? undefined : { resource } }) };
}

const RISKS = { low: 'LOW', normal: 'NORMAL', high: 'HIGH', critical: 'CRITICAL' } as const;

function riskOf(level: string | undefined): { readonly risk?: (typeof RISKS)[keyof typeof RISKS] } {
  return level !== undefined && Object.hasOwn(RISKS, level) ? { risk: RISKS[level as keyof typeof RISKS] } : {};
}

function recordOf({ question, mode, inline, facts, decision, candidates }: DecidedQuestion, now: number): RecordedDecision {
  const { actor, resourceType, resourceId, action } = question;
  // The log of a Space says nothing of an object of another one but what the question named.
  const { registry, member, userMember, resource, group } = visibleFacts(facts, actor.spaceId, () => false);
  return defined({
    recordVersion: 1 as const,
    contextMode: mode,
    actor,
    resource: defined({ type: resourceType, id: resourceId, spaceId: resource?.spaceId, groupId: resource?.groupId }),
    action,
    risk: registry.action?.riskLevel,
    revision: facts.revision,
    decidedAt: now,
    registry: defined({ resourceTypeId: registry.resourceType?.id, actionId: registry.action?.id, mappingId: registry.mapping?.id }),
    statuses: defined({
      user: facts.user?.status,
      member: member?.status,
      space: facts.space?.status,
      userMember: userMember?.status,
      resourceType: registry.resourceType?.status,
      action: registry.action?.status,
      mapping: registry.mapping?.status,
      resource: resource?.status,
      group: group?.status,
    }) as Record<string, string>,
    matched: decision.matched === undefined ? undefined : matchedOf(decision.matched),
    candidates: candidates.slice(0, MOST_CANDIDATES).map(({ grant }) => idsOf(grant)),
    inline: mode === 'stored' ? undefined : inline,
  });
}

function matchedOf({ grant, scopeCheck }: CheckedCandidate): RecordedDecision['matched'] {
  const { memberRole, role, rolePermission, permission, anchor } = grant;
  return {
    ...idsOf(grant),
    scope: permission.scope,
    rule: scopeCheck.rule,
    statuses: defined({
      memberRole: memberRole.status,
      role: role.status,
      rolePermission: rolePermission.status,
      permission: permission.status,
      anchor: anchor?.status,
    }),
  };
}

function idsOf({ memberRole, role, rolePermission, permission, anchor }: GrantFact): RecordedCandidate {
  return defined({
    memberRoleId: memberRole.id,
    roleId: role.id,
    rolePermissionId: rolePermission.id,
    permissionId: permission.id,
    anchorGroupId: anchor?.id,
  });
}
