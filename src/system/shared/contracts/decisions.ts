import { createServiceRef } from '../../../kernel/services/index.js';
import type { RequestContext } from './request-context.js';

/** A question of `@can`: may the caller's active Member do this. */
export interface GuardQuestion {
  readonly resourceType: string;
  readonly action: string;
  readonly resourceId: string;
}

/** Answer to a {@link GuardQuestion}. */
export interface GuardAnswer {
  readonly allowed: boolean;
  readonly denyCode?: string;
}

/** The authorization engine as guards see it. */
export interface Decisions {
  /** Answers in the order of the questions, by one look at the facts. A caller without an active Member is denied. Leaves no audit event. */
  guard(context: RequestContext, questions: readonly GuardQuestion[]): Promise<readonly GuardAnswer[]>;
  /** The same for guards of mutations: every answer is an audited decision, durable before it is given. */
  guardAudited(context: RequestContext, questions: readonly GuardQuestion[]): Promise<readonly GuardAnswer[]>;
}

/** Provided by authorization. */
export const decisionsRef = createServiceRef<Decisions>({ id: 'authorization.decisions', scope: 'process' });
