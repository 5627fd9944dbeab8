import { PolityError } from '../../kernel/errors/index.js';
import type { EvaluationAnswer } from '../../system/shared/contracts/index.js';

/** A decision as AuthZEN has it. */
export interface DecisionBody {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What is said to the person who was denied: no more than that. */
const REASON_FOR_USERS = { 403: 'You are not allowed to do this.' } as const;

/** The body of an answer. A deny says why, apart for those who administer and for those who use. */
export function decisionBody({ decision, denyCode, reason, traceId, auditEventId, revision }: EvaluationAnswer, receipt?: string): DecisionBody {
  const isAllowed = decision === 'ALLOW';
  return {
    decision: isAllowed,
    context: {
      ...(isAllowed || denyCode === null ? {} : { code: denyCode, reason_admin: { [denyCode]: reason }, reason_user: REASON_FOR_USERS }),
      trace_id: traceId,
      ...(auditEventId === null ? {} : { audit_event_id: auditEventId }),
      revision,
      ...(receipt === undefined ? {} : { receipt }),
    },
  };
}

/** The body of one evaluation among others that could not be asked: denied, and why. */
export function errorBody({ httpStatus, code, message, path }: PolityError): DecisionBody {
  return { decision: false, context: { error: { status: httpStatus, code, message, ...(path === undefined ? {} : { path }) } } };
}
