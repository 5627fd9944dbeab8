import type { Database } from '../../../persistence/index.js';
import type { Facts, Question } from '../engine/index.js';
import { withoutForeignGroup } from './complete-facts.js';
import { PastFactLoader } from './past-fact-loader.js';
import type { RecordedDecision } from './recorded-decision.js';

/** How long after its clock a decision may have read objects of other Spaces. */
const READING_MS = 60_000;

/** Facts of recorded decisions, as they were. */
export class FactHistory {
  private readonly loader: PastFactLoader;

  constructor(database: Database) {
    this.loader = new PastFactLoader(database);
  }

  /** The facts that a recorded decision saw, but for input of conditions, which the log does not keep. */
  async factsOf(question: Question, { contextMode: mode, resource: target, revision, decidedAt, inline = {} }: RecordedDecision): Promise<Facts> {
    const groupId = mode === 'proposed_target' ? target.groupId : undefined;
    const targetGroup = groupId === undefined || inline.resource === undefined ? undefined : { spaceId: inline.resource.spaceId, id: groupId };
    const [facts] = (await this.loader.load([{ question, mode, revision, moment: decidedAt + READING_MS, ...(targetGroup === undefined ? {} : { targetGroup }) }])) as [Facts];
    return mode === 'stored' ? withoutForeignGroup({ question }, facts) : { ...facts, ...inline };
  }
}
