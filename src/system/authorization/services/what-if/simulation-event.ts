import { createHash } from 'node:crypto';
import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';
import type { AuditEntry } from '../../../shared/contracts/index.js';
import type { FactRevision } from '../../engine/index.js';
import { accessChanges, type ChangesQuestion } from '../past/diff/access-changes.js';
import type { ViewPair } from '../past/diff/view-pair.js';
import type { ProposedChange } from './proposed-change.js';
import type { Replay } from './replay.js';
import type { ViolationFacts } from './separation-on-index.js';
import type { SimulationCounts } from './simulation.js';

/** Proposals that are longer are in the event by their hash only. */
const LONGEST_QUESTION = 16_384;

/** A whole answer, counted, and hashed line by line. */
export interface CountedAnswer {
  readonly counts: SimulationCounts;
  /** SHA-256 over the canonical JSON of each row and a line end, in hexadecimal digits. */
  readonly sha256: string;
}

/** Goes through all that an answer has. */
export async function countAnswer(pair: ViewPair, question: ChangesQuestion, violations: readonly ViolationFacts[], replay: Replay | undefined): Promise<CountedAnswer> {
  const hash = createHash('sha256');
  const add = (row: unknown): unknown => hash.update(canonicalJson(JSON.parse(JSON.stringify(row)))).update('\n');
  const counts = { gained: 0, lost: 0, members: 0 };
  let member: string | undefined;
  for await (const { node } of accessChanges(pair, question, { backward: false, position: undefined })) {
    counts[node.direction] += 1;
    if (node.memberId !== member) counts.members += 1;
    member = node.memberId;
    add(node);
  }
  for (const violation of violations) add(violation);
  for (const { recorded, before, after } of replay?.flips ?? []) add([recorded.auditEventId, before, after]);
  return { counts, sha256: hash.digest('hex') };
}

/** What {@link simulationEvent} is made of. */
export interface SimulationFacts {
  readonly spaceId: string;
  readonly revision: FactRevision;
  readonly changes: readonly ProposedChange[];
  readonly question: ChangesQuestion;
  readonly answer: CountedAnswer;
  readonly violations: number;
  /** Given where recorded decisions were asked again. */
  readonly replay?: { readonly since: Date; readonly until: Date; readonly examined: number; readonly flipped: number; readonly undecided: number };
}

/** The one audit event of a simulation. */
export function simulationEvent({ spaceId, revision, changes, question, answer, violations, replay }: SimulationFacts): AuditEntry {
  const proposed = JSON.parse(JSON.stringify(changes.map(({ kind, input }) => ({ [kind]: input })))) as unknown;
  const text = canonicalJson(proposed);
  return {
    type: 'authorization.simulated',
    spaceId,
    target: { type: 'Space', id: spaceId },
    details: {
      ...question,
      ...(text.byteLength > LONGEST_QUESTION ? {} : { changes: proposed }),
      changesSha256: Buffer.from(sha256(text)).toString('hex'),
      revision,
      ...answer.counts,
      violations,
      ...(replay === undefined ? {} : { replay: { ...replay, since: replay.since.toISOString(), until: replay.until.toISOString() } }),
      sha256: answer.sha256,
    },
  };
}
