import type { Evaluation } from '../../../../kernel/expressions/index.js';
import type { ConditionOwner } from '../../engine/index.js';
import type { RecordedQuestion } from './recorded-questions.js';

/** What a condition gave when a question was recorded; undefined when it was not evaluated, or is another one now. */
export function recordedOutcome({ outcomes, conditions }: Pick<RecordedQuestion, 'outcomes' | 'conditions'>, { id, condition }: ConditionOwner): Evaluation | undefined {
  const isSame = !conditions.has(id) || conditions.get(id) === condition;
  const outcome = isSame && Object.hasOwn(outcomes, id) ? outcomes[id] : undefined;
  return typeof outcome === 'string' ? { error: outcome } : outcome;
}
