/** What a client presents: an API key, a fixed access token, or a function that gives a fresh one. */
export type ClientCredentials =
  | { readonly apiKey: string }
  | { readonly accessToken: string | (() => string | Promise<string>) };

/** How calls are repeated and lost streams reconnected. Delays grow by the power of two, with jitter. */
export interface RetryOptions {
  /** Most repetitions of one query; 0 switches them off. Mutations are never repeated. 2 when absent. */
  readonly attempts?: number;
  /** First delay, in milliseconds; 100 when absent. */
  readonly baseDelayMs?: number;
  /** Longest delay, in milliseconds; 5,000 when absent. */
  readonly maxDelayMs?: number;
}

/** What a client is made of. */
export interface PolityClientOptions {
  /** Address of the server, such as `https://polity.example.com`. */
  readonly url: string;
  /** Absent for a client that signs in or only asks public routes. */
  readonly credentials?: ClientCredentials;
  /** Longest time of a call with its repetitions, and of opening a stream, in milliseconds; 10,000 when absent. */
  readonly timeoutMs?: number;
  readonly retry?: RetryOptions;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Replaces the global `WebSocket` (Node 22 and browsers have one). */
  readonly WebSocket?: typeof globalThis.WebSocket;
}

/** What one call may choose for itself. */
export interface CallOptions {
  /** Sent as `X-Request-ID`, 1 to 128 visible ASCII characters; made when absent. */
  readonly requestId?: string;
  /** Gives the call up; the call then rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Replaces `timeoutMs` of the client. */
  readonly timeoutMs?: number;
}

/** What a call for decisions may choose for itself. */
export interface DecisionOptions extends CallOptions {
  /** Asks for a signed receipt of each decision. */
  readonly receipt?: boolean;
}
