import { createClient, type Client } from 'graphql-ws';

/** A subscription of a test: what came, and how it ended. */
export interface TestSubscription<Data> {
  /** Answers so far, in order. */
  readonly received: readonly SubscriptionResult<Data>[];
  /** Resolves with the first answer that satisfies the predicate, of the past or to come; rejects when the stream ends before. */
  until(predicate: (result: SubscriptionResult<Data>) => boolean): Promise<SubscriptionResult<Data>>;
  /** Resolves when it has ended: completed, or with its socket. */
  readonly ended: Promise<SubscriptionEnd>;
  /** Unsubscribes and closes the socket. */
  close(): Promise<void>;
}

/** One answer. */
export interface SubscriptionResult<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** How a subscription ended. */
export interface SubscriptionEnd {
  /** True when the server completed it; false when the socket closed under it. */
  readonly completed: boolean;
  /** Close code and reason of the socket. */
  readonly close?: { readonly code: number; readonly reason: string };
  /** Errors by which the server ended the stream alone, without its socket. */
  readonly errors?: SubscriptionResult<unknown>['errors'];
  /** `performance.now()` of the end. */
  readonly at: number;
}

/**
 * Subscribes over a WebSocket of its own, without retries; resolves when the server has acknowledged the connection.
 * @param webSocketImpl - class of the socket, where a test does something to it
 */
export async function subscribe<Data>(url: string, connectionParams: Readonly<Record<string, string>>, query: string, variables: Record<string, unknown> = {}, webSocketImpl?: unknown): Promise<TestSubscription<Data>> {
  const received: SubscriptionResult<Data>[] = [];
  const waiting = new Set<() => void>();
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<SubscriptionEnd>();
  let close: SubscriptionEnd['close'];
  let over = false;
  const wake = (): void => waiting.forEach((look) => look());
  const client: Client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams,
    ...(webSocketImpl === undefined ? {} : { webSocketImpl }),
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    onNonLazyError: () => undefined,
    on: {
      connected: () => opened.resolve(),
      closed: (event) => {
        const { code, reason } = event as { code: number; reason: string };
        close = { code, reason };
      },
    },
  });
  const finish = (completed: boolean, errors?: SubscriptionEnd['errors']): void => {
    over = true;
    opened.reject(new Error(`the socket closed before it opened: ${JSON.stringify(close)}`));
    ended.resolve({ completed, close, ...(errors === undefined ? {} : { errors }), at: performance.now() });
    wake();
  };
  const unsubscribe = client.subscribe<Data>({ query, variables }, {
    next: (result) => {
      received.push(result as SubscriptionResult<Data>);
      wake();
    },
    error: (error) => finish(false, Array.isArray(error) ? (error as SubscriptionEnd['errors']) : undefined),
    complete: () => finish(true),
  });
  await opened.promise;
  return {
    received,
    ended: ended.promise,
    until: (predicate) => new Promise((resolve, reject) => {
      const look = (): void => {
        const found = received.find(predicate);
        if (found === undefined && !over) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`the stream ended before: ${JSON.stringify(received.at(-1))}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    }),
    async close() {
      unsubscribe();
      await client.dispose();
    },
  };
}
