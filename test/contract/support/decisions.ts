import type { GraphqlAnswer, GraphqlCaller } from '../../support/graphql-caller.js';

const TRACE = `
  traceVersion traceId contextMode decision denyCode reason
  actor {
    user { id email status } member { id spaceId displayName status } space { id name status }
    userMember { id userId memberId spaceId relationType status isPrimary expiresAt }
  }
  space { id name status }
  target {
    resource { id externalId type spaceId groupId groupPath ownerMemberId displayName visibility status metadata }
    group { id spaceId path status }
  }
  resourceRegistry { resourceType { id key status } action { id key riskLevel auditDefault status } mapping { id storageKind status } }
  matchedCandidates {
    memberRoleId memberRoleSpaceId role { id key spaceId } inheritedRoles { id key spaceId } permission { id resourceType action scope effect }
    scopeAnchor { id spaceId path status } scopeCheck { covered rule reason denyCode } conditionCheck { met failed error }
  }
  request { requestId ip userAgent }
  audit { auditEventId actorUserId actorMemberId actorUserMemberId spaceId action resourceType resourceId decision denyCode requestId }`;

const CHECK = 'query ($input: CheckInput!) { check(input: $input) { decision denyCode reason traceId auditEventId revision } }';
const EXPLAIN = `query ($input: CheckInput!) { explain(input: $input) { auditEventId revision ${TRACE} } }`;
const PAST = `query ($id: ID!) { decisionTrace(auditEventId: $id) { ${TRACE} } }`;

/** A candidate, as far as tests look at it. */
export interface TraceCandidate {
  readonly memberRoleId: string;
  readonly role: { readonly id: string; readonly key: string };
  readonly inheritedRoles: readonly { readonly id: string; readonly key: string }[];
  readonly permission: { readonly id: string; readonly action: string; readonly scope: string; readonly effect: string };
  readonly scopeAnchor: { readonly id: string; readonly path: string } | null;
  readonly scopeCheck: { readonly covered: boolean; readonly rule: string; readonly reason: string; readonly denyCode: string | null };
  readonly conditionCheck: { readonly met: boolean; readonly failed: string | null; readonly error: string | null } | null;
}

/** An answer of `check`. */
export interface Decision {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly reason: string;
  readonly traceId: string;
  readonly auditEventId: string | null;
  readonly revision: string;
}

/** An answer of `explain`, or a past trace. */
export interface Trace extends Decision {
  readonly traceVersion: string;
  readonly contextMode: string;
  readonly matchedCandidates: readonly TraceCandidate[];
  readonly [part: string]: unknown;
}

/** A question about an invoice: approve it, unless said otherwise. */
export function approve(actor: object | undefined, resourceId: string, more: object = {}): object {
  return { actor, resourceType: 'invoice', resourceId, action: 'approve', ...more };
}

export async function check(caller: GraphqlCaller, input: object): Promise<Decision> {
  return (await caller.data<{ check: Decision }>(CHECK, { input })).check;
}

export function tryCheck(caller: GraphqlCaller, input: object, headers: Readonly<Record<string, string>> = {}): Promise<GraphqlAnswer<{ check: Decision | null }>> {
  return caller.send<{ check: Decision | null }>(CHECK, { input }, headers);
}

export async function explain(caller: GraphqlCaller, input: object): Promise<Trace> {
  return (await caller.data<{ explain: Trace }>(EXPLAIN, { input })).explain;
}

/** The trace of a recorded decision, as it is rendered now. */
export async function pastTrace(caller: GraphqlCaller, auditEventId: string): Promise<Trace> {
  return (await caller.data<{ decisionTrace: Trace }>(PAST, { id: auditEventId })).decisionTrace;
}
