import { PolityError } from '../../../kernel/errors/index.js';
import { isId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../persistence/index.js';
import { covers, reach, type Actor, type AuditLog, type Decisions, type GuardAnswer, type GuardQuestion, type RequestContext } from '../../shared/contracts/index.js';
import { buildTrace, visibleFacts, type DecisionTrace, type DenyCode, type Question } from '../engine/index.js';
import type { AllowCounts } from './allow-counts.js';
import type { Ask } from './ask.js';
import { askingActor } from './asking-actor.js';
import { withAskingCaller } from './asking-caller.js';
import { AskingRights, CHECK_KEY } from './asking-rights.js';
import type { CheckInput } from './check-input.js';
import { decisionEntry, type DecidedQuestion } from './decision-record.js';
import type { FactSource } from './fact-source.js';
import { assertMayBeInline, readAsk } from './read-ask.js';
import type { Receipts } from './receipts/receipts.js';
import { encodeRevision } from './revision-token.js';
import { settle } from './settle.js';
import type { TraceNameReader } from './trace-names.js';

/** Most questions of one {@link AuthorizationDecisions.checkMany}. */
export const MOST_CHECKS = 1_000;

/** Answer to one question. */
export interface DecisionAnswer {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: DenyCode | null;
  readonly reason: string;
  readonly traceId: string;
  /** Null for an allow of an action that is counted, not recorded. */
  readonly auditEventId: string | null;
  readonly revision: string;
  /** Signs the receipt of the decision: a JWS in its compact form. */
  receipt(): Promise<string>;
}

/** Answer to a question that may be about the past. */
export interface CheckAnswer extends Omit<DecisionAnswer, 'receipt'> {
  /** As of {@link DecisionAnswer}; null for a decision about the past, whose receipt would pass for one of today. */
  receipt(): Promise<string | null>;
}

/** Answer with its whole trace. */
export interface Explanation extends DecisionTrace {
  readonly auditEventId: string | null;
  readonly revision: string;
}

/** What decisions are made of. */
export interface DecisionParts {
  readonly executor: SqlExecutor;
  readonly facts: FactSource;
  readonly auditLog: () => AuditLog;
  readonly allowCounts: AllowCounts;
  readonly names: TraceNameReader;
  readonly receipts: () => Pick<Receipts, 'sign'>;
}

/** Answers questions about business actions. An answer is in the audit log, durable, before it is given; when it cannot be, the call fails. */
export class AuthorizationDecisions implements Decisions {
  constructor(private readonly parts: DecisionParts) {}

  async check(asked: RequestContext, input: CheckInput): Promise<CheckAnswer> {
    const context = await withAskingCaller(asked, [input], () => ['input']);
    const [[decided, auditEventId]] = (await this.ask(context, [input], () => ['input'])) as [[DecidedQuestion, string | undefined]];
    return this.checkAnswer(context, decided, auditEventId);
  }

  /** Answers in the order of the questions: one look at the facts, one statement for the audit log. */
  async checkMany(asked: RequestContext, input: { readonly items: readonly CheckInput[] }): Promise<CheckAnswer[]> {
    if (input.items.length > MOST_CHECKS) {
      throw new PolityError('BATCH_TOO_LARGE', `One call has at most ${MOST_CHECKS} questions.`, { path: ['input', 'items'] });
    }
    const path = (index: number): (string | number)[] => ['input', 'items', index];
    const context = await withAskingCaller(asked, input.items, path);
    const decided = await this.ask(context, input.items, path);
    return decided.map(([each, auditEventId]) => this.checkAnswer(context, each, auditEventId));
  }

  /** The same answer as {@link check}, with everything that led to it. */
  async explain(asked: RequestContext, input: CheckInput): Promise<Explanation> {
    const context = await withAskingCaller(asked, [input], () => ['input']);
    const [[decided, auditEventId]] = (await this.ask(context, [input], () => ['input'], true)) as [[DecidedQuestion, string | undefined]];
    const { question, mode, facts, decision, candidates, traceId } = decided;
    const shown = { group: facts.group, resource: mode === 'stored' ? facts.resource : undefined };
    const names = mode === 'inline' ? {} : await this.parts.names.read(context, question.actor, shown);
    const header = {
      ...question, traceId, auditEventId, decision: decision.decision, denyCode: decision.denyCode, reason: decision.reason,
      contextMode: mode, request: context.request, revision: facts.revision,
    };
    const held = reach(context.caller, CHECK_KEY, context.request.now);
    const visible = visibleFacts(facts, question.actor.spaceId, (spaceId) => covers(held, { spaceId }));
    const trace = buildTrace(header, visible, candidates, { ...names, ...decided.names });
    return { ...trace, auditEventId: auditEventId ?? null, revision: encodeRevision(question.actor.spaceId, facts.revision) };
  }

  /**
   * Answers questions that are complete, up to the first answer of the kind `stopAt`: what comes after it is neither answered nor
   * recorded. A question outside of the caller's reach is refused by itself, and its refusal counts as a deny.
   *
   * @param rights - where the caller may ask
   */
  async answer(context: RequestContext, asks: readonly Ask[], rights: AskingRights, stopAt?: 'ALLOW' | 'DENY'): Promise<readonly (DecisionAnswer | PolityError)[]> {
    const settled = await settle(this.parts.facts, asks, context.request.now);
    const outcomes: (DecidedQuestion | PolityError)[] = [];
    for (const [index, decided] of settled.entries()) {
      const ask = asks[index] as Ask;
      const outcome = rights.refusalOf(ask, decided.facts) ?? { ...decided, named: ask.named };
      outcomes.push(outcome);
      if ((outcome instanceof PolityError ? 'DENY' : outcome.decision.decision) === stopAt) break;
    }
    const decided = outcomes.filter((outcome): outcome is DecidedQuestion => !(outcome instanceof PolityError));
    const ids = await this.record(context, decided);
    let next = 0;
    return outcomes.map((outcome) => (outcome instanceof PolityError ? outcome : this.answerOf(context, outcome, ids[next++])));
  }

  async guard(context: RequestContext, questions: readonly GuardQuestion[]): Promise<readonly GuardAnswer[]> {
    const decided = await settle(this.parts.facts, questions.map((question) => guardAsk(context, question)), context.request.now, { isGuard: true });
    return decided.map(({ decision }) => guardAnswer(decision));
  }

  async guardAudited(context: RequestContext, questions: readonly GuardQuestion[]): Promise<readonly GuardAnswer[]> {
    const decided = await settle(this.parts.facts, questions.map((question) => guardAsk(context, question)), context.request.now);
    await this.record(context, decided);
    return decided.map(({ decision }) => guardAnswer(decision));
  }

  private async ask(
    context: RequestContext,
    inputs: readonly CheckInput[],
    path: (index: number) => (string | number)[],
    isExplained = false,
  ): Promise<[DecidedQuestion, string | undefined][]> {
    const { executor, facts } = this.parts;
    const asks: Ask[] = [];
    const actors = new Map<string, Promise<Actor>>();
    for (const [index, input] of inputs.entries()) {
      assertMayBeInline(context, input);
      const named = JSON.stringify(input.actor ?? null);
      const actor = actors.get(named) ?? askingActor(executor, context, input.actor, [...path(index), 'actor']);
      actors.set(named, actor);
      asks.push(readAsk(context, input, await actor, path(index)));
    }
    const rights = new AskingRights(context);
    await rights.assertBefore(executor, asks);
    const decided = await settle(facts, asks, context.request.now, { rights, isExplained });
    const ids = await this.record(context, decided);
    return decided.map((each, index) => [each, ids[index]]);
  }

  private checkAnswer(context: RequestContext, decided: DecidedQuestion, auditEventId: string | undefined): CheckAnswer {
    const answer = this.answerOf(context, decided, auditEventId);
    return decided.past === undefined ? answer : { ...answer, receipt: async () => null };
  }

  private answerOf(context: RequestContext, decided: DecidedQuestion, auditEventId: string | undefined): DecisionAnswer {
    const { decision, traceId, question, facts } = decided;
    return {
      decision: decision.decision,
      denyCode: decision.denyCode ?? null,
      reason: decision.reason,
      traceId,
      auditEventId: auditEventId ?? null,
      revision: encodeRevision(question.actor.spaceId, facts.revision),
      receipt: () => this.parts.receipts().sign(decided, auditEventId, context.request.now),
    };
  }

  /** Writes the audit events of decisions, durable when this resolves; gives the event ids, undefined for those that are only counted. */
  private async record(context: RequestContext, decided: readonly DecidedQuestion[]): Promise<(string | undefined)[]> {
    const { now } = context.request;
    // An allow of the past lets nobody do anything: it is recorded, never counted.
    const recorded = decided.filter(({ decision, facts, past }) => past !== undefined || decision.decision === 'DENY' || facts.registry.action?.auditDefault !== false);
    const ids = recorded.length === 0 ? [] : await this.parts.auditLog().recordNow(context, recorded.map((each) => decisionEntry(each, now)));
    let next = 0;
    return decided.map((each) => {
      if (each === recorded[next]) return ids[next++];
      const { actor, resourceType, action } = each.question;
      this.parts.allowCounts.add(actor.spaceId, resourceType, action, now);
      return undefined;
    });
  }
}

const NOBODY = { userId: '', memberId: '', userMemberId: '', spaceId: '' };

// No active Member and a malformed id deny like what does not exist; '-' is no id, so nothing is found by it.
function guardAsk(context: RequestContext, { resourceType, action, resourceId }: GuardQuestion): Ask {
  const { actor = NOBODY, kind } = context.caller;
  const { userId, memberId, userMemberId, spaceId } = actor;
  const question: Question = {
    actor: { userId, memberId, userMemberId, spaceId, ...(kind === 'api_key' ? { isMachine: true as const } : {}) },
    resourceType,
    resourceId: isId(resourceId) ? resourceId : '-',
    action,
  };
  return { question, mode: 'stored', places: [], inline: {}, names: {}, path: [] };
}

function guardAnswer({ decision, denyCode }: { readonly decision: 'ALLOW' | 'DENY'; readonly denyCode?: string }): GuardAnswer {
  return { allowed: decision === 'ALLOW', ...(denyCode === undefined ? {} : { denyCode }) };
}

/** The decisions of the process, with questions that only this capability's own API asks. */
export const authorizationDecisionsRef = createServiceRef<AuthorizationDecisions>({ id: 'authorization.answers', scope: 'process' });
