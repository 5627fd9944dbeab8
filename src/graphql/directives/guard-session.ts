import DataLoader from 'dataloader';
import { decisionsRef, holdsSomewhere, isAuthenticated, type GuardQuestion, type RequestContext } from '../../system/shared/contracts/index.js';
import { policiesRef } from './policies.js';
import type { Clause, Requirement } from './requirement.js';

type CanClause = Extract<Clause, { kind: 'can' }>;

/** Where a field stands when its guard is decided. */
export interface GuardedField {
  readonly source: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  /** A mutation's `@can` is an audited decision. */
  readonly isMutation: boolean;
}

/** Decisions of guards for one caller in one request: what depends on the caller alone is decided once. */
export class GuardSession {
  private readonly decided = new Map<Clause, boolean>();
  private readonly loaders = new Map<string, DataLoader<string, boolean>>();

  private constructor(private readonly context: RequestContext) {}

  private static readonly sessions = new WeakMap<RequestContext, GuardSession>();

  /** The session of a request; another one when the caller of a subscription was read again. */
  static of(context: RequestContext): GuardSession {
    const known = GuardSession.sessions.get(context);
    if (known !== undefined && known.caller === context.caller) return known;
    const session = new GuardSession(context);
    GuardSession.sessions.set(context, session);
    return session;
  }

  private readonly caller = this.context.caller;

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
  callerAllows(clause: Exclude<Clause, CanClause>): boolean {
    const known = this.decided.get(clause);
    if (known !== undefined) return known;
    const allowed = this.decide(clause);
    this.decided.set(clause, allowed);
    return allowed;
  }

  private decide(clause: Exclude<Clause, CanClause>): boolean {
    const { caller, request } = this.context;
    switch (clause.kind) {
      case 'authenticated':
        return isAuthenticated(caller);
      case 'scopes':
        return clause.anyOf.some((keys) => keys.every((key) => holdsSomewhere(caller, key, request.now)));
      case 'policies': {
        const policies = this.context.services.get(policiesRef);
        return clause.anyOf.some((names) => names.every((name) => policies.decide(name, this.context)));
      }
    }
  }

  private async askEngine(questions: readonly CanClause[], field: GuardedField): Promise<boolean> {
    const answers = await Promise.all(questions.map((clause) => {
      const id = valueAt(clause.id, field);
      return typeof id === 'string' ? this.loader(clause, field.isMutation).load(id) : false;
    }));
    return answers.every(Boolean);
  }

  // One loader per action and type: fields of one level ask in the same turn and become one question.
  private loader({ resource, action }: CanClause, audited: boolean): DataLoader<string, boolean> {
    const key = JSON.stringify([resource, action, audited]);
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

/** Reads a path that starts at `source` or `args`; undefined when a part is missing. */
export function valueAt(path: string, field: Pick<GuardedField, 'source' | 'args'>): unknown {
  const [root, ...steps] = path.split('.');
  const start: unknown = root === 'source' ? field.source : root === 'args' ? field.args : undefined;
  return steps.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined), start);
}
