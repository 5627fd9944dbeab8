import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises';
import { invalid, PolityError } from '../../../kernel/errors/index.js';
import type { CostMeter } from '../../../kernel/expressions/index.js';
import { newId } from '../../../kernel/ids/index.js';
import { conditionEvaluator, decide, type CheckedCandidate, type Facts } from '../engine/index.js';
import type { Ask } from './ask.js';
import type { AskingRights } from './asking-rights.js';
import { callMeter } from './call-meter.js';
import { completeFacts } from './complete-facts.js';
import { ConditionNotes } from './condition-outcomes.js';
import type { DecidedQuestion } from './decision-record.js';
import type { FactSource } from './fact-source.js';
import { isAtLeast } from './revision-token.js';

/** Longest wait for a revision that the facts have not reached. */
const WAIT_MS = 50;
const LOOK_AGAIN_MS = 10;
/** How long a call decides before others get their turn. */
const TURN_MS = 20;

/**
 * Reads the facts of questions by one look and decides each of them; nothing is recorded yet.
 *
 * @param isExplained - whether every candidate is looked at, also those that the answer does not need
 * @throws PolityError `BATCH_TOO_LARGE` when the conditions of all questions together cost more than a call may
 */
export async function settle(source: FactSource, asks: readonly Ask[], now: number, rights?: AskingRights, isExplained = false): Promise<DecidedQuestion[]> {
  const loaded = await loadFresh(source, asks, now);
  const meter = callMeter();
  const settled: DecidedQuestion[] = [];
  let turn = performance.now();
  for (const [index, ask] of asks.entries()) {
    const stored = loaded[index] as Facts;
    rights?.assertTarget(ask, stored);
    settled.push(settleOne(ask, completeFacts(ask, stored), now, meter, isExplained));
    if (meter.isExhausted) throw new PolityError('BATCH_TOO_LARGE', 'The conditions of these questions cost too much together.', { path: [...ask.path] });
    if (performance.now() - turn < TURN_MS) continue;
    await pause();
    turn = performance.now();
  }
  return settled;
}

function settleOne({ question, mode, names, inline }: Ask, facts: Facts, now: number, meter: CostMeter, isExplained: boolean): DecidedQuestion {
  const candidates: CheckedCandidate[] = [];
  const notes = new ConditionNotes(conditionEvaluator(question, facts, now, meter));
  const decision = decide(question, facts, now, isExplained ? (candidate) => candidates.push(candidate) : undefined, notes.evaluate);
  const { outcomes } = notes;
  return {
    question,
    mode,
    // Of a proposed target the completed form counts: its group is the stored one.
    inline: mode === 'proposed_target' ? { resource: facts.resource } : inline,
    names,
    facts,
    decision,
    candidates,
    ...(outcomes === undefined ? {} : { conditions: outcomes }),
    traceId: newId('trc'),
  };
}

async function loadFresh(source: FactSource, asks: readonly Ask[], now: number): Promise<readonly Facts[]> {
  for (const deadline = performance.now() + WAIT_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const facts = await source.load(asks, now);
    const behind = asks.find(({ atLeast }, index) => atLeast !== undefined && !isAtLeast((facts[index] as Facts).revision, atLeast));
    if (behind === undefined) return facts;
    if (performance.now() >= deadline) throw invalid([...behind.path, 'atLeast'], 'This revision is not known here.');
  }
}
