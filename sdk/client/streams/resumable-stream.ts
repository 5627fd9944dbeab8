import { connectionParamsOf, type CredentialSource } from '../http/credential-source.js';
import { backoffMs, pause, type RetryPolicy } from '../http/backoff.js';
import { graphqlFailure, invalidResponse, isPolityClientError, PolityClientError, PolityStreamError } from '../errors/index.js';
import type { ExecutionPayload } from './protocol.js';
import { ReaderTooSlow, subscribeOnce } from './subscription-socket.js';

const PASSING_LIMITS = new Set(['RATE_LIMITED', 'STREAM_OVERFLOW']);

/** What every stream of a client runs on. */
export interface StreamSource {
  readonly url: string;
  readonly credentials: CredentialSource;
  readonly timeoutMs: number;
  readonly pingMs: number;
  readonly mostWaiting: number;
  readonly retry: RetryPolicy;
  readonly WebSocket: typeof globalThis.WebSocket;
}

/** Told when a stream has lost its connection and will connect again. */
export interface Reconnection {
  /** Number of the attempt since the last event, from 1. */
  readonly attempt: number;
  /** Position from which the stream goes on. */
  readonly cursor: string | undefined;
  readonly delayMs: number;
  /** Why the connection ended; absent when the server completed the subscription. */
  readonly error: PolityClientError | undefined;
}

/** What the caller of a stream may choose. */
export interface StreamOptions {
  /** Position of the last event that is already known; the stream begins after it. */
  readonly after?: string;
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal;
  /** Called before each new connection. */
  readonly onReconnect?: (reconnection: Reconnection) => void;
}

/** One subscription whose events carry their position. */
export interface StreamSubscription<Event> {
  readonly query: string;
  /** Root field of the subscription. */
  readonly field: string;
  /** Variables beside `after`. */
  readonly variables: object;
  readonly read: (value: unknown) => Event;
}

/**
 * Events of a subscription, each once and in order, over as many connections as it takes. Ends only when the caller leaves or
 * aborts, or with a {@link PolityStreamError} that no new connection would mend.
 */
export function resumableStream<Event extends { readonly position: string }>(
  source: StreamSource,
  subscription: StreamSubscription<Event>,
  options: StreamOptions,
): AsyncIterableIterator<Event> {
  const leave = new AbortController();
  const signal = options.signal === undefined ? leave.signal : AbortSignal.any([leave.signal, options.signal]);
  const events = run(source, subscription, options, signal);
  return {
    next: () => events.next(),
    // A generator that waits for an event would not hear of its end.
    return: () => {
      leave.abort();
      return events.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* run<Event extends { readonly position: string }>(
  source: StreamSource,
  { query, field, variables, read }: StreamSubscription<Event>,
  { after, onReconnect }: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<Event, undefined, void> {
  let cursor = after;
  let attempt = 0;
  while (!signal.aborted) {
    let acknowledgedAt: number | undefined;
    let error: PolityClientError | undefined;
    let delayMs: number | undefined;
    try {
      const connectionParams = connectionParamsOf(await source.credentials.present());
      const { url, timeoutMs, pingMs, mostWaiting, WebSocket } = source;
      const onAcknowledged = (): void => {
        acknowledgedAt = performance.now();
      };
      const request = { url, timeoutMs, pingMs, mostWaiting, WebSocket, connectionParams, query, variables: { ...variables, after: cursor }, signal, onAcknowledged };
      for await (const payload of subscribeOnce(request)) {
        const event = read(rootOf(payload, field));
        if (event.position === cursor) continue;
        cursor = event.position;
        attempt = 0;
        yield event;
        if (signal.aborted) return undefined;
      }
    } catch (thrown) {
      if (thrown instanceof ReaderTooSlow) delayMs = 0;
      else {
        cursor = cursorOf(thrown) ?? cursor;
        error = reconnectable(thrown, source.credentials.isRenewable && acknowledgedAt !== undefined, cursor);
      }
    }
    if (signal.aborted) return undefined;
    // A connection that lasted was a good one, even if nothing happened on it.
    if (acknowledgedAt !== undefined && performance.now() - acknowledgedAt > source.retry.maxDelayMs) attempt = 0;
    delayMs ??= Math.max(backoffMs(attempt, source.retry), (error?.retryAfter ?? 0) * 1000);
    attempt += 1;
    onReconnect?.({ attempt, cursor, delayMs, error });
    await pause(delayMs, signal);
  }
  return undefined;
}

/** Position that the server names with the end of a stream: it may lie behind the last event, where nothing was for this stream. */
function cursorOf(thrown: unknown): string | undefined {
  const cursor = isPolityClientError(thrown) ? thrown.errors[0]?.extensions?.cursor : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}

/** Gives an error back that a new connection may mend; throws any other with the cursor. */
function reconnectable(thrown: unknown, mayRenew: boolean, cursor: string | undefined): PolityClientError {
  if (!isPolityClientError(thrown)) throw thrown;
  const isTransient = thrown.kind === 'unavailable' || thrown.kind === 'timeout' || PASSING_LIMITS.has(thrown.code);
  // A token that was accepted and then ended may have a successor. One that is refused at the door has none.
  const isRenewable = mayRenew && thrown.kind === 'unauthenticated';
  if (isTransient || isRenewable) return thrown;
  throw PolityStreamError.at(thrown, cursor);
}

/** The event of a result. A field that was withheld inside of it is null; without the event itself the errors decide. */
function rootOf({ data, errors = [] }: ExecutionPayload, field: string): unknown {
  const value = data?.[field];
  if (value !== undefined && value !== null) return value;
  throw errors.length > 0 ? graphqlFailure(errors, data, {}) : invalidResponse(`The result has no ${field}.`, {});
}
