import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from '../support/server.js';
import { DOORS } from './graphql/support/doors.js';
import { REFUSED, SpanCollector, type CollectedSpan } from './support/span-collector.js';

const TRACES = ['planned', 'batched', 'denied', 'invalid', 'sse', 'socket', 'missing', 'unsampled'] as const;
const id = (name: string, length: number): string => createHash('sha256').update(name).digest('hex').slice(0, length);
const parent = (name: (typeof TRACES)[number], sampled = true): string => `00-${id(name, 32)}-${id(`${name} parent`, 16)}-0${Number(sampled)}`;
const QUERY = 'query Secretly { user(id: "usr_a_secret_value") { id } version }';

let collector: SpanCollector;
let server: TestServer;
const logged: Record<string, unknown>[] = [];

// Everything is asked first: what was not sent yet is sent when a server stops.
beforeAll(async () => {
  collector = await SpanCollector.start();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-token=a%20token', OTEL_SERVICE_NAME: 'polity-under-test', POLITY_LOG_LEVEL: 'info' };
  server = await startTestServer({ environment, log: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  const { admin, anonymous, url } = server;
  await admin.data(QUERY);
  await admin.send(QUERY, {}, { traceparent: parent('planned') });
  await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...admin.headers, traceparent: parent('batched') }, body: JSON.stringify([{ query: QUERY }]) });
  await anonymous.send('{ me { user { id } } version }', {}, { traceparent: parent('denied') });
  await admin.send('{ nothing }', {}, { traceparent: parent('invalid') });
  await admin.send('{ version }', {}, { traceparent: 'garbage' });
  await admin.send('{ version }', {}, { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` });
  await admin.send('{ version }', {}, { traceparent: parent('unsampled', false) });
  await DOORS['SSE by POST'](admin, { query: QUERY }, { traceparent: parent('sse') });
  await fetch(`${url}/nowhere`, { headers: { traceparent: parent('missing') } });
  await overSocket();
  await server.stop();
});
afterAll(() => collector.stop());

async function overSocket(): Promise<void> {
  const { auditEvents: { edges } } = await server.admin.data<{ auditEvents: { edges: { node: { position: string } }[] } }>('{ auditEvents(first: 50) { edges { node { position } } } }');
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL, { headers: { traceparent: parent('socket') } });
  const answered = new Set<string>();
  socket.on('message', (message: Buffer) => {
    const { id: operation, type } = JSON.parse(message.toString()) as { id?: string; type: string };
    if (type === 'next' && operation !== undefined) answered.add(operation);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: server.admin.headers }));
  await once(socket, 'message');
  // What came after the oldest event is told at once.
  const subscription = `subscription Opened { auditEvents(after: "${edges.at(-1)?.node.position}") { position } }`;
  for (const [operation, query] of [['1', QUERY], ['2', subscription], ['3', '{ version }']] as const) socket.send(JSON.stringify({ id: operation, type: 'subscribe', payload: { query } }));
  while (answered.size < 3) await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
}

const http = (name: (typeof TRACES)[number]): CollectedSpan | undefined => collector.of(id(name, 32)).find(({ kind }) => kind === 2);
const operations = (name: (typeof TRACES)[number]): CollectedSpan[] => collector.of(id(name, 32)).filter(({ kind }) => kind === 1);

test('an HTTP request is a span within the trace that it names, and its operation a span within that', () => {
  const request = http('planned') as CollectedSpan;
  expect(request).toMatchObject({
    name: 'POST /graphql', parentSpanId: id('planned parent', 16), isError: false,
    attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'url.path': '/graphql', 'http.response.status_code': 200, 'client.address': '127.0.0.1' },
  });
  expect(operations('planned')).toMatchObject([{
    name: 'query', parentSpanId: request.spanId, isError: false,
    attributes: {
      'graphql.operation.name': 'Secretly', 'graphql.operation.type': 'query', 'polity.graphql.document.sha256': createHash('sha256').update(QUERY).digest('hex'),
      'polity.graphql.cost.estimated': expect.any(Number) as unknown, 'polity.graphql.outcome': 'ok', 'polity.graphql.denied_fields': 0,
    },
  }]);
  const [operation] = operations('planned');
  expect((operation?.durationNs ?? 0n) > 0n && (operation?.durationNs ?? 0n) <= request.durationNs).toBe(true);
});

test('it looks the same by every door and with and without a plan, but for the plan', () => {
  const seen = (name: (typeof TRACES)[number]): unknown => {
    const { 'polity.graphql.plan.hit': hit, ...rest } = operations(name).find(({ attributes }) => attributes['graphql.operation.name'] === 'Secretly')?.attributes ?? {};
    return { hit, rest };
  };
  const [planned, ...others] = (['planned', 'batched', 'sse', 'socket'] as const).map(seen) as { hit: boolean; rest: object }[];
  expect(planned?.hit).toBe(true);
  for (const other of others) expect(other).toEqual({ hit: false, rest: planned?.rest });
});

test('what is denied, refused, or not there says so', () => {
  expect(operations('denied')).toMatchObject([{ name: 'query', isError: false, attributes: { 'polity.graphql.outcome': 'denied', 'polity.graphql.denied_fields': 1, 'error.type': 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
  expect(operations('invalid')).toMatchObject([{ name: 'GraphQL Operation', isError: false, attributes: { 'polity.graphql.outcome': 'invalid', 'error.type': 'GRAPHQL_VALIDATION_FAILED' } }]);
  expect(http('missing')).toMatchObject({ name: 'GET', isError: false, attributes: { 'http.response.status_code': 404 } });
  expect(http('missing')?.attributes['http.route']).toBeUndefined();
});

test('operations over a WebSocket are in the trace of its handshake; the span of a subscription is its opening', () => {
  expect(http('socket')).toBeUndefined();
  expect(operations('socket').map(({ name, parentSpanId }) => `${name} ${parentSpanId}`).toSorted()).toEqual(['query', 'query', 'subscription'].map((name) => `${name} ${id('socket parent', 16)}`));
});

test('a malformed traceparent is no trace, and one that is not sampled is not recorded', () => {
  const known = new Set(TRACES.map((name) => id(name, 32)));
  expect(collector.spans.filter(({ kind, traceId }) => kind === 2 && !known.has(traceId)).every(({ parentSpanId, traceId }) => parentSpanId === undefined && /[^0]/.test(traceId))).toBe(true);
  expect(collector.of(id('unsampled', 32))).toEqual([]);
});

test('no text of a document and no value is in any span', () => {
  expect(JSON.stringify(collector.spans, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(/usr_a_secret_value|Bearer|ply_/);
});

test('spans go where the settings say, with the headers and the name that they say', () => {
  expect(new Set(collector.deliveries.map((delivery) => JSON.stringify(delivery)))).toEqual(new Set([JSON.stringify({ path: '/v1/traces', token: 'a token', service: 'polity-under-test' })]));
});

test('lines of the log name the trace and the span of their request', () => {
  const request = http('planned') as CollectedSpan;
  expect(logged.filter(({ trace_id }) => trace_id === request.traceId)).toMatchObject([{ message: 'request', span_id: request.spanId }]);
});

test('without an address there are no spans, and nothing names one', async () => {
  const lines: string[] = [];
  const before = collector.spans.length;
  const off = await startTestServer({ environment: { POLITY_LOG_LEVEL: 'info', OTEL_EXPORTER_OTLP_HEADERS: 'x-token=1', OTEL_TRACES_SAMPLER: 'always_on' }, log: (line) => lines.push(line) });
  await off.admin.send('{ version }', {}, { traceparent: parent('planned') });
  await off.stop();
  expect([lines.some((line) => line.includes('"request"')), lines.some((line) => line.includes('trace_id')), collector.spans.length]).toEqual([true, false, before]);
});

test('a collector that is away keeps nobody waiting', async () => {
  const away = await startTestServer({ environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/traces' } });
  expect(await away.admin.data('{ version }')).toEqual({ version: expect.any(String) });
  const began = performance.now();
  await away.stop();
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a collector that refuses is told of in the log', async () => {
  const lines: string[] = [];
  const refused = await startTestServer({ environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}${REFUSED}`, POLITY_LOG_LEVEL: 'warn' }, log: (line) => lines.push(line) });
  await refused.admin.data('{ version }');
  await refused.stop();
  expect(lines.filter((line) => line.includes('spans could not be sent'))).not.toEqual([]);
});
