import type { GraphqlCaller } from '../../support/graphql-caller.js';

/** An event, as far as tests look at it. */
export interface AuditEvent {
  readonly id: string;
  readonly type: string;
  readonly spaceId: string | null;
  readonly actor: { readonly userId: string | null; readonly memberId: string | null; readonly userMemberId: string | null };
  readonly credential: { readonly kind: string; readonly id: string | null } | null;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly decision: 'ALLOW' | 'DENY' | null;
  readonly denyCode: string | null;
  readonly traceId: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

const FIELDS = `id type spaceId groupId risk occurredAt actor { userId memberId userMemberId } credential { kind id issuer } action target { type id }
  decision denyCode traceId requestId changes details`;

/**
 * Events that match, oldest first; at most 200.
 * @param filter - arguments of `auditEvents`
 */
export async function auditEvents(caller: GraphqlCaller, filter: Readonly<Record<string, unknown>>, more = ''): Promise<AuditEvent[]> {
  const names = Object.keys(filter);
  const document = `query (${['$first: Int', ...names.map((name) => `$${name}: ${TYPES[name] ?? 'String'}`)].join(', ')}) {
    auditEvents(order: OLDEST_FIRST, first: $first, ${names.map((name) => `${name}: $${name}`).join(', ')}) { edges { node { ${FIELDS} ${more} } } } }`;
  const { auditEvents: page } = await caller.data<{ auditEvents: { edges: { node: AuditEvent }[] } }>(document, { first: 200, ...filter });
  return page.edges.map(({ node }) => node);
}

const TYPES: Readonly<Record<string, string>> = {
  spaceId: 'ID', actorUserId: 'ID', actorMemberId: 'ID', actorUserMemberId: 'ID', credentialId: 'ID', targetId: 'ID', requestId: 'ID', traceId: 'ID',
  types: '[String!]', decision: 'AuditDecision', risk: 'AuditRisk', from: 'DateTime', to: 'DateTime',
};

/** Decisions in the log. */
export function auditedDecisions(caller: GraphqlCaller, filter: Readonly<Record<string, unknown>> = {}): Promise<AuditEvent[]> {
  return auditEvents(caller, { types: ['authorization.decision'], ...filter });
}
