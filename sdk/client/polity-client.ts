import type { CallOptions, DecisionOptions } from './client-options.js';
import type { Decision } from './decision.js';
import type { AuditEvent, AuditEventFilter, LifecycleEvent } from './events.js';
import type { Explanation } from './explanation.js';
import type { GraphqlAnswer } from './http/graphql-calls.js';
import type { Health, Readiness, Version } from './probes.js';
import type { Question } from './questions.js';
import type { Session } from './session.js';
import type { StreamOptions } from './streams/resumable-stream.js';

/** A document with the types of its answer and variables, as code generators make them; a plain string will do. */
export interface TypedDocument<Data, Variables> {
  toString(): string;
  readonly __apiType?: (variables: Variables) => Data;
}

/** What a stream of audit events may choose. */
export interface AuditStreamOptions extends StreamOptions {
  readonly filter?: AuditEventFilter;
}

/** One Polity server. Every call rejects with a `PolityClientError` when it has no answer; a `DENY` is an answer. */
export interface PolityClient {
  /** Decides one question. The decision is in the audit log before it is answered. */
  check(question: Question, options?: DecisionOptions): Promise<Decision>;
  /** Decides many questions over the same facts; answers come in the order of the questions. */
  checkMany(questions: readonly Question[], options?: DecisionOptions): Promise<readonly Decision[]>;
  /** Decides as `check` does and shows everything that led to the answer. */
  explain(question: Question, options?: CallOptions): Promise<Explanation>;

  /** Opens a session; sends no credential but the given ones. */
  signIn(input: { readonly email: string; readonly password: string }, options?: CallOptions): Promise<Session>;
  /** Exchanges a refresh token for the next credentials of its session; sends no other credential. */
  refresh(input: { readonly refreshToken: string }, options?: CallOptions): Promise<Session>;

  /** Sends any query or mutation. Queries may be repeated after a failure, as the retry options say; mutations never are. */
  query<Data = Record<string, unknown>, Variables extends object = Record<string, unknown>>(
    document: string | TypedDocument<Data, Variables>,
    variables?: Variables,
    options?: CallOptions,
  ): Promise<GraphqlAnswer<Data>>;

  /** Audit events that the caller may see, each once and in order, resumed after lost connections; rejects with `PolityStreamError`. */
  auditEvents(options?: AuditStreamOptions): AsyncIterableIterator<AuditEvent>;
  /** Lifecycle events of capabilities, in the same way. */
  lifecycleEvents(options?: StreamOptions): AsyncIterableIterator<LifecycleEvent>;

  /** Whether the process is there. Public: sends no credential. */
  health(options?: CallOptions): Promise<Health>;
  /** Whether the server takes traffic, and why not. Public: sends no credential. */
  readiness(options?: CallOptions): Promise<Readiness>;
  /** What runs. Public: sends no credential. */
  version(options?: CallOptions): Promise<Version>;
}
