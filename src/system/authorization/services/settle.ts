import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises';
import { invalid, PolityError } from '../../../kernel/errors/index.js';
import type { CostMeter } from '../../../kernel/expressions/index.js';
import { newId } from '../../../kernel/ids/index.js';
import { conditionEvaluator, decide, type CheckedCandidate } from '../engine/index.js';
import type { Ask } from './ask.js';
import type { AskingRights } from './asking-rights.js';
import { callMeter } from './call-meter.js';
import { completeFacts } from './complete-facts.js';
import { ConditionNotes } from './condition-outcomes.js';
import type { DecidedQuestion } from './decision-record.js';
import type { FactSource, LoadedFacts } from './fact-source.js';
import { isAtLeast } from './revision-token.js';

/** Longest wait for a revision that the facts have not reached. */
const WAIT_MS = 50;
const LOOK_AGAIN_MS = 10;
/** How long a call decides before others get their turn. */
const TURN_MS = 20;

/** How questions are settled. */
export interface SettleOptions {
  /** Where the caller may ask; absent where the server asks. */
  readonly rights?: AskingRights;
  /** Every candidate is looked at, also those that the answer does not need. */
  readonly isExplained?: boolean;
  /** Conditions that would cost more than a call may are left without an answer, which can only deny; otherwise the call is refused. */
  readonly isGuard?: boolean;
}

/**
 * Reads the facts of questions by one look and decides each of them; nothing is recorded yet.
 *
 * @throws PolityError `BATCH_TOO_LARGE` when the conditions of all questions together cost more than a call may
 */
export async function settle(source: FactSource, asks: readonly Ask[], now: number, options: SettleOptions = {}): Promise<DecidedQuestion[]> {
  const { rights, isExplained = false, isGuard = false } = options;
  const loaded = await loadFresh(source, asks, now);
  const meter = callMeter();
  const settled: DecidedQuestion[] = [];
  let turn = performance.now();
  for (const [index, ask] of asks.entries()) {
    let stored = loaded[index] as LoadedFacts;
    // While others had their turn an index may have moved on.
    if (stored.held?.isCurrent() === false) [stored] = (await loadFresh(source, [ask], now)) as [LoadedFacts];
    rights?.assertTarget(ask, stored.past === undefined ? stored : { resource: stored.resource, group: stored.past.place });
    const decided = settleOne(ask, stored, stored.past?.clock ?? now, meter, isExplained);
    if (meter.isExhausted && !isGuard) throw new PolityError('BATCH_TOO_LARGE', 'The conditions of these questions cost too much together.', { path: [...ask.path] });
    const verified = stored.held === undefined ? decided.decision : source.verify?.(ask, decided.facts, decided.decision, now);
    settled.push(verified === undefined || verified === decided.decision ? decided : { ...decided, decision: await verified });
    if (performance.now() - turn < TURN_MS) continue;
    await pause();
    turn = performance.now();
  }
  return settled;
}

function settleOne(ask: Ask, { held, past, ...stored }: LoadedFacts, now: number, meter: CostMeter, isExplained: boolean): DecidedQuestion {
  const { question, mode, names, inline } = ask;
  const facts = completeFacts(ask, stored);
  const candidates: CheckedCandidate[] = [];
  const record = isExplained ? (candidate: CheckedCandidate) => candidates.push(writtenOut(candidate)) : undefined;
  const notes = new ConditionNotes(conditionEvaluator(question, facts, now, meter));
  const decision = held === undefined ? decide(question, facts, now, record, notes.evaluate) : held.decide(question, facts, now, record, notes.evaluate);
  const { outcomes } = notes;
  return {
    question,
    mode,
    // Of a proposed target the completed form counts: its group is the stored one.
    inline: mode === 'proposed_target' ? { resource: facts.resource } : inline,
    names,
    facts,
    decision: decision.matched === undefined ? decision : { ...decision, matched: writtenOut(decision.matched) },
    candidates,
    ...(outcomes === undefined ? {} : { conditions: outcomes }),
    ...(ask.asOf === undefined || past === undefined ? {} : { past: { asked: ask.asOf, clock: past.clock } }),
    traceId: newId('trc'),
  };
}

// A candidate of an index is read from it, and has to be read before the index changes.
function writtenOut({ grant, scopeCheck, conditionCheck }: CheckedCandidate): CheckedCandidate {
  return conditionCheck === undefined ? { grant, scopeCheck } : { grant, scopeCheck, conditionCheck };
}

async function loadFresh(source: FactSource, asks: readonly Ask[], now: number): Promise<readonly LoadedFacts[]> {
  for (const deadline = performance.now() + WAIT_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const facts = await source.load(asks, now);
    const behind = asks.find(({ atLeast }, index) => atLeast !== undefined && !isAtLeast((facts[index] as LoadedFacts).revision, atLeast));
    if (behind === undefined) return facts;
    if (performance.now() >= deadline) throw invalid([...behind.path, 'atLeast'], 'This revision is not known here.');
  }
}
