import { isDeepStrictEqual } from 'node:util';
import type { CostMeter } from '../../../../kernel/expressions/index.js';
import { conditionEvaluator, type ConditionEvaluator, type Facts, type Question } from '../../engine/index.js';
import { unrecordedReads } from '../what-if/condition-reads.js';
import { recordedOutcome } from '../what-if/recorded-outcome.js';
import type { RecordedQuestion } from '../what-if/recorded-questions.js';

/** What a condition gives of which nothing is known: an error, with which it can only deny. */
const NOT_RECORDED = { error: 'not_recorded' } as const;

/**
 * Evaluates conditions while grants are tried. Of a recorded question the log does not keep what came along with it: conditions that
 * read that give what they gave then, as long as the Resource is what it was, and nothing otherwise.
 */
export function trialConditions(question: Question, facts: Facts, recorded: RecordedQuestion | undefined, now: number, meter: CostMeter): ConditionEvaluator {
  const evaluate = conditionEvaluator(question, facts, now, meter);
  if (recorded === undefined) return evaluate;
  const isSameResource = isDeepStrictEqual(facts.resource, recorded.resource);
  return (owner) => {
    if (!unrecordedReads(recorded, owner.condition).input) return evaluate(owner);
    return (isSameResource ? recordedOutcome(recorded, owner) : undefined) ?? NOT_RECORDED;
  };
}
