import { canonicalJson, sha256 } from '../../../kernel/crypto/index.js';
import type { AuditEntry } from '../../shared/contracts/index.js';
import { visibleFacts, type CheckedCandidate, type ContextMode, type Decision, type Facts, type GrantFact, type Question, type TraceNames } from '../engine/index.js';
import type { InlineFacts, UnknownNames } from './ask.js';
import type { ConditionOutcomes } from './condition-outcomes.js';
import { defined } from './inline-facts.js';
import type { AskedMoment } from './past/as-of.js';
import type { RecordedCandidate, RecordedDecision, RecordedMatch } from './recorded-decision.js';

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
  /** All of them when the decision is explained, else none. */
  readonly candidates: readonly CheckedCandidate[];
  /** What conditions gave; absent when none was evaluated. */
  readonly conditions?: ConditionOutcomes;
  /** Given for a decision about the past; the clock is that of the decision. */
  readonly past?: { readonly asked: AskedMoment; readonly clock: number };
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
    ...(decision.decision === 'ALLOW' ? { assignmentId: usedBy(decided) } : {}),
    traceId,
    // The event is as risky as the action that was decided on.
    ...riskOf(facts.registry.action?.riskLevel),
    details: { ...recordOf(decided, now) },
  };
}

// Facts that came with a request name no stored assignment, and an answer about the past allows nothing.
function usedBy({ mode, past, decision }: DecidedQuestion): string {
  return mode === 'inline' || past !== undefined ? '' : (decision.matched?.grant.memberRole.id ?? '');
}

function personalOf({ subject, resource }: UnknownNames = {}): Pick<AuditEntry, 'personal'> {
  if (subject === undefined && resource === undefined) return {};
  return { personal: defined({ identifier: subject, values: resource === undefined ? undefined : { resource } }) };
}

const RISKS = { low: 'LOW', normal: 'NORMAL', high: 'HIGH', critical: 'CRITICAL' } as const;

function riskOf(level: string | undefined): { readonly risk?: (typeof RISKS)[keyof typeof RISKS] } {
  return level !== undefined && Object.hasOwn(RISKS, level) ? { risk: RISKS[level as keyof typeof RISKS] } : {};
}

function recordOf({ question, mode, inline, facts, decision, conditions, past }: DecidedQuestion, now: number): RecordedDecision {
  const { actor, resourceType, resourceId, action } = question;
  // The log of a Space says nothing of an object of another one but what the question named.
  const { registry, member, userMember, resource, group } = visibleFacts(facts, actor.spaceId, () => false);
  // Here and below in the order of canonical JSON, which then need not put it in order.
  return defined({
    action,
    actor,
    asOf: past === undefined ? undefined : defined({ revision: past.asked.revision, time: past.asked.time }),
    conditions,
    contextMode: mode,
    decidedAt: past?.clock ?? now,
    inline: mode === 'stored' ? undefined : withoutMetadata(inline),
    inputHash: inputHashOf(question, inline),
    matched: decision.matched === undefined ? undefined : matchedOf(decision.matched),
    recordVersion: 2 as const,
    registry: defined({ actionId: registry.action?.id, mappingId: registry.mapping?.id, resourceTypeId: registry.resourceType?.id }),
    resource: defined({ groupId: resource?.groupId, id: resourceId, spaceId: resource?.spaceId, type: resourceType }),
    revision: { instance: facts.revision.instance, space: facts.revision.space },
    risk: registry.action?.riskLevel,
    statuses: defined({
      action: registry.action?.status,
      group: group?.status,
      mapping: registry.mapping?.status,
      member: member?.status,
      resource: resource?.status,
      resourceType: registry.resourceType?.status,
      space: facts.space?.status,
      user: facts.user?.status,
      userMember: userMember?.status,
    }) as Record<string, string>,
  });
}

/**
 * SHA-256, in hexadecimal digits, of the canonical JSON of what conditions could read and is not stored; undefined when nothing was said.
 * Such input is personal or business data: the log keeps what it would take to prove it.
 */
export function inputHashOf({ input }: Question, { resource }: InlineFacts): string | undefined {
  const given = defined({ ...input, metadata: resource?.metadata });
  return Object.keys(given).length === 0 ? undefined : Buffer.from(sha256(canonicalJson(given))).toString('hex');
}

function withoutMetadata({ resource, ...inline }: InlineFacts): InlineFacts {
  if (resource === undefined) return inline;
  const { metadata: _, ...rest } = resource;
  return { ...inline, resource: rest };
}

function matchedOf({ grant, scopeCheck }: CheckedCandidate): RecordedMatch {
  const { memberRole, role, rolePermission, permission, anchor } = grant;
  return {
    ...idsOf(grant),
    effect: permission.effect,
    rule: scopeCheck.rule,
    scope: permission.scope,
    statuses: defined({
      anchor: anchor?.status,
      memberRole: memberRole.status,
      permission: permission.status,
      role: role.status,
      rolePermission: rolePermission.status,
    }),
  };
}

function idsOf({ memberRole, role, inherited, rolePermission, permission, anchor }: GrantFact): RecordedCandidate {
  return defined({
    anchorGroupId: anchor?.id,
    inheritedRoleIds: inherited.length === 0 ? undefined : inherited.map(({ id }) => id),
    memberRoleId: memberRole.id,
    permissionId: permission.id,
    roleId: role.id,
    rolePermissionId: rolePermission.id,
  });
}
