import DataLoader from 'dataloader';
import { decisionsRef, holdsSomewhere, isAuthenticated, RequestSlot, type GuardQuestion, type RequestContext } from '../../system/shared/contracts/index.js';
import { policiesRef } from './policies.js';
import { GuardRecorder } from './guard-recorder.js';
import type { CallerClause, CanClause, Requirement } from './requirement.js';
import { valueAt, type GuardedField } from './value-at.js';

/**
 * Decisions of guards for one caller at one clock: what depends on the caller alone is decided once. The events of a subscription
 * have a session each, because rights and time move between them.
 */
export class GuardSession {
  private readonly caller;
  private readonly request;
  private readonly decided = new Map<CallerClause, boolean>();
  private policies: Map<string, boolean> | undefined;
  private loaders: Map<string, DataLoader<string, boolean>> | undefined;

  /** @param recorder - hears of every guard that is decided; nearly nobody asks for that */
  private constructor(
    private readonly context: RequestContext,
    readonly recorder?: GuardRecorder,
  ) {
    this.caller = context.caller;
    this.request = context.request;
  }

  private static readonly sessions = new RequestSlot<GuardSession>();

  /** The session of a request; another one when the caller or the clock of a subscription moved on. */
  static of(context: RequestContext): GuardSession {
    const known = GuardSession.sessions.of(context);
    if (known !== undefined && known.caller === context.caller && known.request === context.request) return known;
    const session = new GuardSession(context);
    GuardSession.sessions.set(context, session);
    return session;
  }

  /** Begins to write down what guards decide in a context that is about to run. */
  static record(context: RequestContext): GuardRecorder {
    const recorder = new GuardRecorder();
    GuardSession.sessions.set(context, new GuardSession(context, recorder));
    return recorder;
  }

  /** Mutations of one operation run one after the other, and each may change what the engine answers to the next. */
  beginMutation(): void {
    this.loaders?.clear();
  }

  /** True when every clause holds. Synchronous unless the authorization engine is asked. */
  allows(requirement: Requirement, field: GuardedField): boolean | Promise<boolean> {
    const questions: CanClause[] = [];
    for (const clause of requirement) {
      if (clause.kind === 'can') questions.push(clause);
      else if (!this.callerAllows(clause)) return false;
    }
    return questions.length === 0 ? true : this.askEngine(questions, field);
  }

  /** Decides a clause that depends on the caller alone. */
  callerAllows(clause: CallerClause): boolean {
    const known = this.decided.get(clause);
    if (known !== undefined) return known;
    const allowed = this.decide(clause);
    this.decided.set(clause, allowed);
    return allowed;
  }

  private decide(clause: CallerClause): boolean {
    switch (clause.kind) {
      case 'authenticated':
        return isAuthenticated(this.caller);
      case 'scopes':
        return anyAlternative(clause.anyOf, (key) => holdsSomewhere(this.caller, key, this.request.now));
      case 'policies':
        return anyAlternative(clause.anyOf, (name) => this.policyHolds(name));
    }
  }

  private policyHolds(name: string): boolean {
    this.policies ??= new Map();
    const known = this.policies.get(name);
    if (known !== undefined) return known;
    const holds = this.context.services.get(policiesRef).decide(name, this.context);
    this.policies.set(name, holds);
    return holds;
  }

  private async askEngine(questions: readonly CanClause[], field: GuardedField): Promise<boolean> {
    const ids = questions.map(({ id }) => valueAt(id, field));
    if (!ids.every((id) => typeof id === 'string')) return false;
    const answers = await Promise.all(questions.map((clause, index) => this.loader(clause, field.isMutation).load(ids[index] as string)));
    return answers.every(Boolean);
  }

  // One loader per action and type: fields of one level ask in the same turn and become one question.
  private loader({ resource, action }: CanClause, audited: boolean): DataLoader<string, boolean> {
    const key = JSON.stringify([resource, action, audited]);
    this.loaders ??= new Map();
    const known = this.loaders.get(key);
    if (known !== undefined) return known;
    const loader = new DataLoader<string, boolean>(async (ids) => {
      const decisions = this.context.services.get(decisionsRef);
      const questions: GuardQuestion[] = ids.map((resourceId) => ({ resourceType: resource, action, resourceId }));
      const answers = await (audited ? decisions.guardAudited(this.context, questions) : decisions.guard(this.context, questions));
      return answers.map(({ allowed }) => allowed);
    });
    this.loaders.set(key, loader);
    return loader;
  }
}

// An alternative without names would be no condition at all: it never holds.
function anyAlternative(anyOf: readonly (readonly string[])[], holds: (name: string) => boolean): boolean {
  return anyOf.some((names) => names.length > 0 && names.every(holds));
}
