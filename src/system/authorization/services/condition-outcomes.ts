import type { Evaluation } from '../../../kernel/expressions/index.js';
import type { ConditionEvaluator } from '../engine/index.js';

/** Outcomes of conditions, by the id of their permission or assignment: true, false, or the code of an error. */
export type ConditionOutcomes = Readonly<Record<string, boolean | string>>;

/** Passes conditions on to an evaluator and keeps what it said. */
export class ConditionNotes {
  private readonly noted: Record<string, boolean | string> = {};

  constructor(private readonly evaluator: ConditionEvaluator) {}

  readonly evaluate: ConditionEvaluator = (owner) => {
    const outcome = this.evaluator(owner);
    if (outcome !== undefined) this.noted[owner.id] = typeof outcome === 'boolean' ? outcome : outcome.error;
    return outcome;
  };

  /** Undefined when no condition was evaluated. */
  get outcomes(): ConditionOutcomes | undefined {
    return Object.keys(this.noted).length === 0 ? undefined : this.noted;
  }
}

/** Answers with outcomes of the past; what was not evaluated then is not known. */
export function pastConditions(outcomes: ConditionOutcomes = {}): ConditionEvaluator {
  return ({ id }): Evaluation | undefined => {
    const outcome = Object.hasOwn(outcomes, id) ? outcomes[id] : undefined;
    return typeof outcome === 'string' ? { error: outcome } : outcome;
  };
}
