import { createServiceRef } from '../../../kernel/services/index.js';

/** Compiles conditions of Permissions and assignments. */
export interface Conditions {
  /** What is wrong with the source of a condition, as a sentence; undefined when it compiles. */
  faultOf(source: string): string | undefined;
}

/** Provided by authorization. */
export const conditionsRef = createServiceRef<Conditions>({ id: 'authorization.conditions', scope: 'process' });
