import type { CallOptions } from '../client-options.js';
import { isPolityClientError, PolityClientError } from '../errors/index.js';
import { backoffMs, pause, type RetryPolicy } from './backoff.js';
import { headersOf, type CredentialSource } from './credential-source.js';
import { readAnswer, type HttpAnswer } from './http-answer.js';
import { isRequestId, newRequestId } from './request-id.js';

/** What the transport runs on. */
export interface HttpTransportOptions {
  readonly credentials: CredentialSource;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly fetch: typeof globalThis.fetch;
}

/** One call, as often as it is sent. */
export interface HttpCall<Result> {
  readonly url: string;
  /** Body of a POST; absent for a GET. */
  readonly body?: unknown;
  readonly withCredentials: boolean;
  /** Whether sending it twice does no harm. */
  readonly repeatable: boolean;
  /** Reads an answer; what it throws decides whether the call is repeated. */
  readonly read: (answer: HttpAnswer) => Result;
}

/** Sends calls within a time budget that covers all repetitions of a call. */
export class HttpTransport {
  constructor(private readonly options: HttpTransportOptions) {}

  /**
   * @throws PolityClientError `CONNECTION_FAILED`, `TIMEOUT`, `INVALID_JSON_RESPONSE`, `CREDENTIALS_UNAVAILABLE`, and what `read` throws
   * @throws the reason of `call.signal` when that is aborted
   */
  async send<Result>(call: HttpCall<Result>, options: CallOptions = {}): Promise<Result> {
    const requestId = options.requestId ?? newRequestId();
    if (!isRequestId(requestId)) throw new TypeError('requestId must be 1 to 128 visible ASCII characters without quote and backslash');
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs;
    const deadline = performance.now() + timeoutMs;
    const budget = new AbortController();
    const timer = setTimeout(() => budget.abort(), timeoutMs);
    const cancel = (): void => budget.abort();
    options.signal?.addEventListener('abort', cancel, { once: true });
    if (options.signal?.aborted === true) cancel();
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return call.read(await this.attempt(call, requestId, budget.signal));
        } catch (error) {
          const delay = this.delayBefore(error, call, attempt);
          if (delay === undefined || performance.now() + delay >= deadline) throw error;
          await pause(delay, budget.signal);
        }
      }
    } catch (error) {
      if (options.signal?.aborted === true) throw options.signal.reason;
      if (!budget.signal.aborted) throw error;
      throw new PolityClientError({ code: 'TIMEOUT', kind: 'timeout', message: `No answer came within ${timeoutMs} ms.`, requestId, cause: error });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  private async attempt(call: HttpCall<unknown>, requestId: string, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const credential = call.withCredentials ? await unlessAborted(this.options.credentials.present(), signal) : undefined;
    const headers: Record<string, string> = { accept: 'application/graphql-response+json, application/json', 'x-request-id': requestId, ...headersOf(credential) };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    try {
      // A redirect would carry the API key to another host, and cookies are no credential here.
      const response = await this.options.fetch(call.url, {
        method: call.body === undefined ? 'GET' : 'POST',
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        headers, signal, redirect: 'manual', credentials: 'omit', cache: 'no-store',
      });
      return readAnswer(response, await response.text(), requestId);
    } catch (cause) {
      if (isPolityClientError(cause)) throw cause;
      throw new PolityClientError({ code: 'CONNECTION_FAILED', kind: 'unavailable', message: 'Polity cannot be reached.', requestId, cause });
    }
  }

  /** Milliseconds until the next attempt; undefined when there is none. */
  private delayBefore(error: unknown, call: HttpCall<unknown>, attempt: number): number | undefined {
    if (!call.repeatable || attempt >= this.options.retry.attempts || !isPolityClientError(error)) return undefined;
    if (error.kind !== 'unavailable' && !(error.kind === 'limit' && error.retryAfter !== undefined)) return undefined;
    return Math.max(backoffMs(attempt, this.options.retry), (error.retryAfter ?? 0) * 1000);
  }
}

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
