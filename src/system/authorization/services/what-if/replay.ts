import type { CostMeter, Evaluation } from '../../../../kernel/expressions/index.js';
import { conditionEvaluator, type ConditionEvaluator, type ConditionOwner, type Question } from '../../engine/index.js';
import { callMeter } from '../call-meter.js';
import { Breather } from '../past/breather.js';
import type { View } from '../past/diff/access-entries.js';
import { unrecordedReads, type ConditionReads } from './condition-reads.js';
import { possibleOutcomes, type Guess } from './possible-outcomes.js';
import { recordedOutcome } from './recorded-outcome.js';
import type { RecordedQuestion } from './recorded-questions.js';

/** What a question gets over some facts. */
export interface Outcome {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | undefined;
}

/** A recorded question that would get another answer. */
export interface Flip {
  readonly recorded: RecordedQuestion;
  readonly before: Outcome;
  readonly after: Outcome;
}

/** What asking recorded questions again gave. */
export interface Replay {
  /** The newest first. */
  readonly flips: readonly Flip[];
  /** Questions of which it hangs on a condition whose input the log does not keep whether they flip. */
  readonly undecided: number;
}

/** What one question gets without and with the changes. */
interface Pair {
  readonly before: Outcome;
  readonly after: Outcome;
}

/**
 * Asks recorded questions before and after a change, about the Resource as it was when they were recorded and at the clock of the views.
 * Conditions are evaluated again as far as the log keeps what they read; the others give what was recorded of them. Where that was
 * nothing, or where they are other ones now, both answers of them are tried.
 */
export async function replayed(before: View, after: View, questions: readonly RecordedQuestion[]): Promise<Replay> {
  const flips: Flip[] = [];
  const [breather, meter] = [new Breather(), callMeter()];
  let undecided = 0;
  for (const recorded of questions) {
    if (breather.isDue) await breather.breathe();
    const isMoved = pathOf(before, recorded) !== pathOf(after, recorded);
    const [asBefore, asAfter] = [asker(before, recorded, false, meter), asker(after, recorded, isMoved, meter)];
    const pairs = possibleOutcomes((guess): Pair => ({ before: asBefore(guess), after: asAfter(guess) }));
    const [first] = pairs ?? [];
    if (pairs !== undefined && !pairs.some(isFlip)) continue;
    if (first !== undefined && pairs?.every((pair) => isSame(pair, first)) === true) flips.push({ recorded, ...first });
    else undecided += 1;
  }
  return { flips: flips.sort(byNewest), undecided };
}

function asker({ index, clock }: View, recorded: RecordedQuestion, isMoved: boolean, meter: CostMeter): (guess: Guess) => Outcome {
  const { actor, resourceType, resourceId, action, resource, isInline } = recorded;
  const question: Question = { actor, resourceType, resourceId, action };
  const target = { resource, isInline };
  let again: ConditionEvaluator | undefined;
  const known = (owner: ConditionOwner, { input, groupPath }: ConditionReads): Evaluation | undefined => {
    // What a condition gave by the path of a Group says nothing of it by another path.
    if (input) return groupPath && isMoved ? undefined : recordedOutcome(recorded, owner);
    again ??= conditionEvaluator(question, index.facts(question, target), clock, meter);
    const outcome = again(owner);
    // What costs too much is not known either.
    return meter.isExhausted ? undefined : outcome;
  };
  return (guess) => {
    const decision = index.decide(question, target, clock, undefined, (owner) => {
      const reads = unrecordedReads(recorded, owner.condition);
      return known(owner, reads) ?? guess(JSON.stringify([owner.id, owner.condition, reads.groupPath && isMoved]));
    });
    return decision === undefined ? { decision: 'DENY', denyCode: 'ACTOR_NOT_FOUND' } : { decision: decision.decision, denyCode: decision.denyCode };
  };
}

function pathOf({ index: { groups } }: View, { resource }: RecordedQuestion): string | undefined {
  const row = resource?.groupId === undefined ? undefined : groups.row(resource.groupId);
  return row === undefined ? undefined : groups.fact(row).path;
}

function isFlip({ before, after }: Pair): boolean {
  return before.decision !== after.decision;
}

function isSame(left: Pair, right: Pair): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

// Events stand in the order of their commits, which is not quite that of their times.
function byNewest({ recorded: left }: Flip, { recorded: right }: Flip): number {
  return right.occurredAt.getTime() - left.occurredAt.getTime() || (left.auditEventId < right.auditEventId ? 1 : -1);
}
