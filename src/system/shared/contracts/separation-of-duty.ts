import type { InputPath } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { Transaction } from '../../../persistence/index.js';

/** A Member that holds more than a rule allows. */
export interface SeparationViolation {
  readonly spaceId: string;
  readonly ruleId: string;
  readonly memberId: string;
  /** Ids of the Roles or Permissions of the rule that the Member holds. */
  readonly held: readonly string[];
}

/** What a change may give to whom. */
export interface WatchedChange {
  /** The Space in which it grants; absent when it grants by `permissionIds` alone. */
  readonly spaceId?: string;
  /** Members who may hold more after it; all of the Space when absent. */
  readonly memberIds?: readonly string[];
  /** Permissions that may begin to count by it, in every Space. */
  readonly permissionIds?: readonly string[];
  /** Rules that the change itself writes: it is held against what they were before. */
  readonly writtenRuleIds?: readonly string[];
  /** Clock of the request in milliseconds since the epoch: an assignment that has ended is not held. */
  readonly now: number;
  /** The input that asks for too much. */
  readonly path: (violation: SeparationViolation) => InputPath;
}

/** Keeps Members from newly holding together what rules of their Space keep apart. */
export interface SeparationOfDuty {
  /**
   * Called in a transaction before it grants anything: looks at who exceeds a rule already, and lets the transaction fail with
   * `SEPARATION_OF_DUTY`, once the revisions are held, when somebody exceeds one by it. The transaction touches the Space, or the
   * instance for `permissionIds`. What is given looks at once, for a transaction that will be taken back.
   */
  watch(transaction: Transaction, change: WatchedChange): Promise<() => Promise<void>>;
}

/** Provided by authorization. */
export const separationOfDutyRef = createServiceRef<SeparationOfDuty>({ id: 'authorization.separation_of_duty', scope: 'process' });
