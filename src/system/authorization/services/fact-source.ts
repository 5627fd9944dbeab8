import { createServiceRef } from '../../../kernel/services/index.js';
import type { ConditionEvaluator, Decision, DecisionRecorder, Facts, FactRevision, GroupFact, Question } from '../engine/index.js';
import type { AskedMoment } from './past/as-of.js';

/** One question with what is to be read for it. */
export interface FactRequest {
  readonly question: Question;
  /**
   * `stored`: everything. `proposed_target`: everything but the resource, whose group is named here. `inline`: the registry only.
   */
  readonly mode: 'stored' | 'proposed_target' | 'inline';
  /** Group of a proposed target, by id or by path. */
  readonly targetGroup?: { readonly spaceId: string; readonly id?: string; readonly path?: string };
  /** Revision that the facts must have seen. */
  readonly atLeast?: FactRevision;
  /** Asks for the facts of a moment of the past. */
  readonly asOf?: AskedMoment;
}

/** Facts of a question. Those that an index holds have no grants: it decides over them itself. */
export interface LoadedFacts extends Facts {
  readonly held?: HeldFacts;
  /** Given for facts of the past. */
  readonly past?: PastView;
}

/** How facts of the past are looked at. */
export interface PastView {
  /** Clock of the decision, in milliseconds since the epoch. */
  readonly clock: number;
  /** The Group of the target where it lies today, which is what rights to ask are held against; undefined when it is gone. */
  readonly place: GroupFact | undefined;
}

/** An index with the facts of a question. */
export interface HeldFacts {
  /** False once the index has moved to another revision: the facts have to be loaded anew. */
  isCurrent(): boolean;
  decide(question: Question, facts: Facts, now: number, record?: DecisionRecorder, evaluate?: ConditionEvaluator): Decision;
}

/**
 * Where the facts of decisions come from. The answers are those of one moment, which each names as its revision, and they hold
 * every change that this node has committed or heard of before the call.
 */
export interface FactSource {
  /** Facts in the order of the requests. Missing objects are undefined, not errors. */
  load(requests: readonly FactRequest[], now: number): Promise<readonly LoadedFacts[]>;
  /**
   * Has a decision that an index made checked by another evaluator, a sample of them: gives the decision back, or a denial in its place
   * when the two differ.
   */
  verify?(request: FactRequest, facts: Facts, decision: Decision, now: number): Promise<Decision> | Decision;
}

/** The fact source of the process. */
export const factSourceRef = createServiceRef<FactSource>({ id: 'authorization.facts', scope: 'process' });
