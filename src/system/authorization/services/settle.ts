import { setTimeout as sleep } from 'node:timers/promises';
import { invalid } from '../../../kernel/errors/index.js';
import { newId } from '../../../kernel/ids/index.js';
import { decide, type CheckedCandidate, type Facts } from '../engine/index.js';
import type { Ask } from './ask.js';
import type { AskingRights } from './asking-rights.js';
import { completeFacts } from './complete-facts.js';
import type { DecidedQuestion } from './decision-record.js';
import type { FactSource } from './fact-source.js';
import { isAtLeast } from './revision-token.js';

/** Longest wait for a revision that the facts have not reached. */
const WAIT_MS = 50;
const LOOK_AGAIN_MS = 10;

/** Reads the facts of questions by one look and decides each of them; nothing is recorded yet. */
export async function settle(source: FactSource, asks: readonly Ask[], now: number, rights?: AskingRights): Promise<DecidedQuestion[]> {
  const loaded = await loadFresh(source, asks, now);
  return asks.map((ask, index) => {
    const stored = loaded[index] as Facts;
    rights?.assertTarget(ask, stored);
    const facts = completeFacts(ask, stored);
    // Of a proposed target the completed form counts: its group is the stored one.
    const inline = ask.mode === 'proposed_target' ? { resource: facts.resource } : ask.inline;
    const candidates: CheckedCandidate[] = [];
    const decision = decide(ask.question, facts, now, (candidate) => candidates.push(candidate));
    return { question: ask.question, mode: ask.mode, inline, names: ask.names, facts, decision, candidates, traceId: newId('trc') };
  });
}

async function loadFresh(source: FactSource, asks: readonly Ask[], now: number): Promise<readonly Facts[]> {
  for (const deadline = performance.now() + WAIT_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const facts = await source.load(asks, now);
    const behind = asks.find(({ atLeast }, index) => atLeast !== undefined && !isAtLeast((facts[index] as Facts).revision, atLeast));
    if (behind === undefined) return facts;
    if (performance.now() >= deadline) throw invalid([...behind.path, 'atLeast'], 'This revision is not known here.');
  }
}
