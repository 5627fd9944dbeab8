import type { ConditionEvaluator, ConditionOwner, Question } from '../../engine/index.js';
import { Breather } from '../past/breather.js';
import type { View } from '../past/diff/access-entries.js';
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
 * Conditions give what was recorded of them; where one was not evaluated then, or is another one now, both answers of it are tried.
 */
export async function replayed(before: View, after: View, questions: readonly RecordedQuestion[]): Promise<Replay> {
  const flips: Flip[] = [];
  const breather = new Breather();
  let undecided = 0;
  for (const recorded of questions) {
    if (breather.isDue) await breather.breathe();
    const pairs = possibleOutcomes((guess) => pairOf(before, after, recorded, guess));
    const [first] = pairs ?? [];
    if (pairs !== undefined && !pairs.some(isFlip)) continue;
    if (first !== undefined && pairs?.every((pair) => isSame(pair, first)) === true) flips.push({ recorded, ...first });
    else undecided += 1;
  }
  return { flips: flips.sort(byNewest), undecided };
}

function pairOf(before: View, after: View, recorded: RecordedQuestion, guess: Guess): Pair {
  const isMoved = pathOf(before, recorded) !== pathOf(after, recorded);
  const known = (owner: ConditionOwner): ReturnType<ConditionEvaluator> => recordedOutcome(recorded, owner) ?? guess(JSON.stringify([owner.id, owner.condition]));
  return {
    before: ask(before, recorded, known),
    // What a condition gave by the path of a Group says nothing of it by another path.
    after: ask(after, recorded, (owner) => (isMoved && owner.condition.includes('groupPath') ? guess(JSON.stringify([owner.id, owner.condition, 'moved'])) : known(owner))),
  };
}

function ask({ index, clock }: View, { actor, resourceType, resourceId, action, resource, isInline }: RecordedQuestion, evaluate: ConditionEvaluator): Outcome {
  const question: Question = { actor, resourceType, resourceId, action };
  const decision = index.decide(question, { resource, isInline }, clock, undefined, evaluate);
  return decision === undefined ? { decision: 'DENY', denyCode: 'ACTOR_NOT_FOUND' } : { decision: decision.decision, denyCode: decision.denyCode };
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
