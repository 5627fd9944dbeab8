import { DENY_REASONS, decide, type Decision, type Facts } from '../engine/index.js';
import { completeFacts } from './complete-facts.js';
import type { Ask } from './ask.js';
import type { FactRequest, FactSource } from './fact-source.js';
import type { PastFactLoader } from './past-fact-loader.js';

/** Two answers to one question over the facts of one revision. */
export interface Disagreement {
  readonly ask: Ask;
  readonly facts: Facts;
  readonly fromMemory: Decision;
  readonly fromDatabase: Decision;
}

/** What a {@link SelfCheck} runs on. */
export interface SelfCheckParts {
  readonly database: FactSource;
  readonly past: Pick<PastFactLoader, 'load'>;
  /** Of so many decisions one is checked; 0 for none. */
  readonly oneIn: number;
  readonly count: (outcome: 'same' | 'different') => void;
  /** Raises the alarm; what it writes is durable when it resolves. */
  readonly alarm: (disagreement: Disagreement) => Promise<void>;
}

/**
 * Makes a sample of the decisions from memory again, over facts that the database gives for the same revision. Memory that is wrong
 * must not allow anything: where the two differ, the answer is a denial and somebody is told.
 */
export class SelfCheck {
  private passed = 0;

  constructor(private readonly parts: SelfCheckParts) {}

  verify(request: FactRequest, facts: Facts, decision: Decision, now: number): Promise<Decision> | Decision {
    const { oneIn } = this.parts;
    if (oneIn === 0) return decision;
    this.passed += 1;
    if (this.passed < oneIn) return decision;
    this.passed = 0;
    return this.compare(request as Ask, facts, decision, now);
  }

  private async compare(ask: Ask, facts: Facts, fromMemory: Decision, now: number): Promise<Decision> {
    const { question } = ask;
    const fromDatabase = decide(question, completeFacts(ask, await this.factsAt(ask, facts, now)), now);
    if (identity(fromMemory) === identity(fromDatabase)) {
      this.parts.count('same');
      return fromMemory;
    }
    this.parts.count('different');
    await this.parts.alarm({ ask, facts, fromMemory, fromDatabase });
    return { decision: 'DENY', denyCode: 'EVALUATORS_DISAGREE', reason: DENY_REASONS.EVALUATORS_DISAGREE };
  }

  // The tables as they are, when they are of the same revision; else the versions of that revision.
  private async factsAt(ask: Ask, { revision }: Facts, now: number): Promise<Facts> {
    const [live] = await this.parts.database.load([ask], now);
    if (live !== undefined && live.revision.space === revision.space && live.revision.instance === revision.instance) return live;
    const [past] = await this.parts.past.load([{ ...ask, revision, moment: now }]);
    return past as Facts;
  }
}

function identity({ decision, denyCode, matched }: Decision): string {
  const { memberRole, rolePermission, inherited } = matched?.grant ?? {};
  return JSON.stringify([decision, denyCode, memberRole?.id, rolePermission?.id, inherited?.map(({ id }) => id)]);
}
