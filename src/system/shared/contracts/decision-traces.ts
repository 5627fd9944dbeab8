import { createServiceRef } from '../../../kernel/services/index.js';
import type { RequestContext } from './request-context.js';

/** A decision as its audit event holds it. */
export interface DecisionEvent {
  readonly id: string;
  readonly traceId: string;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode?: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly requestId?: string;
  /** `details` of the entry, as authorization wrote them. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Explains decisions of the past. */
export interface DecisionTraces {
  /**
   * The whole trace of a decision, from its event and the fact versions of its revision: it reads the same after later edits. Names
   * are joined for callers with the right. The caller's right to read the event itself is the business of who asks. Undefined for
   * an event that was not written by authorization.
   */
  render(context: RequestContext, event: DecisionEvent): Promise<object | undefined>;
}

/** Provided by authorization; the answer has the shape of the GraphQL type DecisionTrace. */
export const decisionTracesRef = createServiceRef<DecisionTraces>({ id: 'authorization.traces', scope: 'process' });
