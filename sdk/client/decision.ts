import { invalidResponse, type AnswerFacts } from './errors/index.js';

/** The answer to a question. A `DENY` is an answer like any other, not an error. */
export interface Decision {
  readonly decision: 'ALLOW' | 'DENY';
  /** True for `ALLOW` and nothing else. */
  readonly allowed: boolean;
  /** Why it denies, such as `NO_MATCHING_PERMISSION`; absent for an allow. */
  readonly denyCode: string | undefined;
  /** One sentence for people. */
  readonly reason: string;
  readonly traceId: string;
  /** Event of the audit log that holds the decision; absent for an allow of an action that is counted, not recorded. */
  readonly auditEventId: string | undefined;
  /** Position of the authorization data that the decision saw; pass it as `atLeast` to be answered by nothing older. */
  readonly revision: string;
  /** Signed receipt, where it was asked for; `verifyReceipt` verifies it. */
  readonly receipt: string | undefined;
  readonly requestId: string;
}

/** @throws PolityClientError `INVALID_RESPONSE` for anything that is not clearly a decision: no decision, no access */
export function readDecision(value: unknown, requestId: string): Decision {
  const facts: AnswerFacts = { requestId };
  if (typeof value !== 'object' || value === null) throw invalidResponse('The answer has no decision.', facts);
  const { decision, denyCode, reason, traceId, auditEventId, revision, receipt } = value as Record<string, unknown>;
  if (decision !== 'ALLOW' && decision !== 'DENY') throw invalidResponse('The decision is neither ALLOW nor DENY.', facts);
  if (typeof reason !== 'string' || typeof traceId !== 'string' || typeof revision !== 'string') throw invalidResponse('The decision is incomplete.', facts);
  return Object.freeze({
    decision,
    allowed: decision === 'ALLOW',
    denyCode: typeof denyCode === 'string' ? denyCode : undefined,
    reason,
    traceId,
    auditEventId: typeof auditEventId === 'string' ? auditEventId : undefined,
    revision,
    receipt: typeof receipt === 'string' ? receipt : undefined,
    requestId,
  });
}
