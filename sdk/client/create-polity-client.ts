import type { CallOptions, PolityClientOptions } from './client-options.js';
import { readDecision, type Decision } from './decision.js';
import * as documents from './documents.js';
import { invalidResponse } from './errors/index.js';
import { readEvent, type AuditEvent, type LifecycleEvent } from './events.js';
import { readExplanation } from './explanation.js';
import { retryPolicyOf } from './http/backoff.js';
import { CredentialSource } from './http/credential-source.js';
import { endpointsOf } from './http/endpoints.js';
import { GraphqlCalls } from './http/graphql-calls.js';
import type { HttpAnswer } from './http/http-answer.js';
import { HttpTransport } from './http/http-transport.js';
import type { PolityClient } from './polity-client.js';
import { readHealth, readReadiness, readVersion } from './probes.js';
import { readSession } from './session.js';
import { resumableStream, type StreamSource } from './streams/resumable-stream.js';

const PING_MS = 15_000;
const MOST_WAITING = 1_000;

/**
 * Makes a client of one server. It opens nothing until it is used and holds nothing that needs closing.
 * @throws TypeError for options that no call could be made with
 */
export function createPolityClient(options: PolityClientOptions): PolityClient {
  const endpoints = endpointsOf(options.url);
  const credentials = new CredentialSource(options.credentials);
  const timeoutMs = timeoutOf(options.timeoutMs);
  const retry = retryPolicyOf(options.retry);
  const fetch = options.fetch ?? ((...call: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...call));
  const transport = new HttpTransport({ credentials, timeoutMs, retry, fetch });
  const calls = new GraphqlCalls(transport, endpoints.graphql);

  const probe = <Result>(route: string, read: (answer: HttpAnswer) => Result, call?: CallOptions): Promise<Result> =>
    transport.send({ url: endpoints.route(route), withCredentials: false, repeatable: true, read }, call);
  const streamSource = (): StreamSource => {
    const WebSocket = options.WebSocket ?? globalThis.WebSocket;
    if (WebSocket === undefined) throw new TypeError('streams need a WebSocket: Node 22, a browser, or the option WebSocket');
    return { url: endpoints.socket, credentials, timeoutMs, retry, pingMs: PING_MS, mostWaiting: MOST_WAITING, WebSocket };
  };

  return {
    async check(question, call) {
      const { data, requestId } = await calls.send<{ check: unknown }>(documents.check(call?.receipt === true), { input: question }, call);
      return readDecision(data.check, requestId);
    },
    async checkMany(questions, call) {
      const { data, requestId } = await calls.send<{ checkMany: unknown }>(documents.checkMany(call?.receipt === true), { input: { items: questions } }, call);
      return readDecisions(data.checkMany, questions.length, requestId);
    },
    async explain(question, call) {
      const { data, requestId } = await calls.send<{ explain: unknown }>(documents.EXPLAIN, { input: question }, call);
      return readExplanation(data.explain, requestId);
    },
    // Only what is needed is taken: an object of the caller may hold more, and the server refuses what it does not know.
    async signIn({ email, password }, call) {
      const { data, requestId } = await calls.send<{ signIn: unknown }>(documents.SIGN_IN, { input: { email, password } }, call, false);
      return readSession(data.signIn, requestId);
    },
    async refresh({ refreshToken }, call) {
      const { data, requestId } = await calls.send<{ refreshSession: unknown }>(documents.REFRESH, { input: { refreshToken } }, call, false);
      return readSession(data.refreshSession, requestId);
    },
    query: (document, variables, call) => calls.send(document.toString(), variables, call),
    auditEvents: ({ filter, ...stream } = {}) =>
      resumableStream(streamSource(), { query: documents.AUDIT_EVENTS, field: 'auditEvents', variables: { filter }, read: readEvent<AuditEvent> }, stream),
    lifecycleEvents: (stream = {}) =>
      resumableStream(streamSource(), { query: documents.LIFECYCLE_EVENTS, field: 'lifecycleEvents', variables: {}, read: readEvent<LifecycleEvent> }, stream),
    health: (call) => probe('livez', readHealth, call),
    readiness: (call) => probe('readyz', readReadiness, call),
    version: (call) => probe('version', readVersion, call),
  };
}

function readDecisions(value: unknown, count: number, requestId: string): readonly Decision[] {
  if (Array.isArray(value) && value.length === count) return value.map((each) => readDecision(each, requestId));
  throw invalidResponse('There is not one decision for each question.', { requestId });
}

function timeoutOf(timeoutMs = 10_000): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new TypeError('timeoutMs must be a positive number of milliseconds');
}
