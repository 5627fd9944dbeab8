import { createServiceRef } from '../../../kernel/services/index.js';
import type { Facts, Question } from '../engine/index.js';

/** One question with what is to be read for it. */
export interface FactRequest {
  readonly question: Question;
  /**
   * `stored`: everything. `proposed_target`: everything but the resource, whose group is named here. `inline`: the registry only.
   */
  readonly mode: 'stored' | 'proposed_target' | 'inline';
  /** Group of a proposed target, by id or by path. */
  readonly targetGroup?: { readonly spaceId: string; readonly id?: string; readonly path?: string };
}

/**
 * Where the facts of decisions come from. The answers are those of one moment, which each names as its revision, and they hold
 * every change that was committed before the call. The seam at which an index in memory takes the place of the database.
 */
export interface FactSource {
  /** Facts in the order of the requests. Missing objects are undefined, not errors. */
  load(requests: readonly FactRequest[], now: number): Promise<readonly Facts[]>;
}

/** The fact source of the process. */
export const factSourceRef = createServiceRef<FactSource>({ id: 'authorization.facts', scope: 'process' });
