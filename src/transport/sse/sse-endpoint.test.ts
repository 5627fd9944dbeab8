import { once } from 'node:events';
import { callerWith, grantOf } from '../../../test/support/graphql-fixture.js';
import { opened, pulled, TOKEN, TransportFixture, until } from '../../../test/support/transport-fixture.js';

let fixture: TransportFixture;
const reader = callerWith('a:read');
beforeAll(async () => {
  fixture = await TransportFixture.start({ POLITY_MAX_BODY_BYTES: '4096', POLITY_REQUEST_TIMEOUT_MS: '600', POLITY_HEADERS_TIMEOUT_MS: '600' });
  fixture.services.tokens.set('reader', reader);
});
afterAll(() => fixture.stop());
beforeEach(() => {
  opened.splice(0);
  fixture.services.audit.splice(0);
  fixture.services.change(reader, reader, true);
});
afterEach(async () => {
  await until(() => fixture.services.listening === 0, 'a stream still listens');
});

/** An open stream: what it has sent, and whether it has ended. */
interface Reading { readonly response: Response; readonly text: () => string; readonly done: Promise<'end' | 'broken'>; readonly leave: () => void }

async function open(body: unknown, token?: string): Promise<Reading> {
  const leaving = new AbortController();
  const response = await fixture.post(body, { token, path: '/graphql/stream', headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  let text = '';
  const done = (async () => {
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
      return 'end' as const;
    } catch {
      return 'broken' as const;
    }
  })();
  return { response, text: () => text, done, leave: () => leaving.abort() };
}
const next = (value: unknown): string => `event: next\ndata: ${JSON.stringify(value)}\n\n`;
const complete = 'event: complete\ndata:\n\n';
const denied = (...path: string[]) => ({ message: 'Unauthorized field or type', locations: [{ line: 1, column: expect.any(Number) }], path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
const events = (text: string): any[] => text.split('\n\n').filter((part) => part.startsWith('event: next')).map((part) => JSON.parse(part.slice(part.indexOf('{'))));

describe('one operation', () => {
  test('by POST is a stream of one result', async () => {
    const { response, text, done } = await open({ query: 'query Q($name: String) { hello(name: $name) }', variables: { name: 'me' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await done).toBe('end');
    expect(text()).toBe(next({ data: { hello: 'hello me' } }) + complete);
  });
  test('by GET takes queries and refuses mutations', async () => {
    const get = (query: string) => fetch(`${fixture.url}/graphql/stream?${new URLSearchParams({ query, variables: '{}' }).toString()}`);
    expect(await (await get('{ hello }')).text()).toBe(next({ data: { hello: 'hello you' } }) + complete);
    const refused = await get('mutation { touch }');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    await refused.text();
  });
  test('is denied as everywhere, and recorded', async () => {
    for (const [query, path] of [['{ guarded }', 'guarded'], ['mutation { act }', 'act'], ['subscription { ticks { id } }', 'ticks']] as const) {
      const { text, done } = await open({ query });
      await done;
      expect(events(text())).toEqual([path === 'ticks' ? { errors: [denied(path)] } : { data: { [path]: null }, errors: [denied(path)] }]);
      expect(text().endsWith(complete)).toBe(true);
    }
    expect(fixture.services.audit.map(({ details }) => details?.paths)).toEqual([['guarded'], ['act'], ['ticks']]);
    expect(fixture.services.counted.slice(-3)).toEqual(['query denied', 'mutation denied', 'subscription denied']);
  });
  test.each<[string, unknown, number, string]>([
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['an ambiguous document', { query: 'query A { hello } query B { hello }' }, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['no query', { variables: {} }, 400, 'VALIDATION_FAILED'],
    ['variables that are a list', { query: '{ hello }', variables: [] }, 400, 'VALIDATION_FAILED'],
    ['a name that is no text', { query: '{ hello }', operationName: 7 }, 400, 'VALIDATION_FAILED'],
    ['a batch', [{ query: '{ hello }' }], 400, 'VALIDATION_FAILED'],
    ['a large body', { query: '{ hello }', x: 'x'.repeat(5_000) }, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused as JSON', async (_name, body, status, code) => {
    const response = await fixture.post(body, { path: '/graphql/stream' });
    expect([response.status, ((await response.json()) as any).errors[0].extensions.code]).toEqual([status, code]);
  });
});

describe('a subscription', () => {
  test('sends each event, outlives the time of a request, and completes with its source', async () => {
    const { text, done } = await open({ query: 'subscription { ticks { id } }' }, 'reader');
    opened[0]?.push({ id: 'e1' });
    await until(() => text().includes('e1'));
    await new Promise((resolve) => { setTimeout(resolve, 800); });
    opened[0]?.push({ id: 'e2' });
    await until(() => text().includes('e2'));
    opened[0]?.finish();
    expect(await done).toBe('end');
    expect(text()).toBe(next({ data: { ticks: { id: 'e1' } } }) + next({ data: { ticks: { id: 'e2' } } }) + complete);
  });
  test('stops its source when the reader leaves', async () => {
    const { leave, done } = await open({ query: 'subscription { ticks { id } }' }, 'reader');
    await until(() => opened.length === 1);
    leave();
    await until(() => opened[0]?.stopped === true);
    expect(await done).toBe('broken');
  });
  test('ends with the denial when the right is gone, without an event', async () => {
    const { text, done } = await open({ query: 'subscription { t: ticks { id } }' }, 'reader');
    await until(() => opened.length === 1);
    fixture.services.change(reader, { ...reader, grants: [grantOf('x:read')] });
    expect(await done).toBe('end');
    expect(events(text())).toEqual([{ errors: [denied('t')] }]);
    expect(text().endsWith(complete)).toBe(true);
  });
  test('completes when the caller has ended', async () => {
    const { text, done } = await open({ query: 'subscription { ticks { id } }' }, 'reader');
    await until(() => opened.length === 1);
    fixture.services.change(reader, undefined);
    expect([await done, text()]).toEqual(['end', complete]);
  });
  test('with a field that is denied in every event leaves one audit event', async () => {
    const { text, done } = await open({ query: 'subscription { free { id secret } }' }, 'reader');
    for (const id of ['e1', 'e2', 'e3']) opened[0]?.push({ id, secret: 's' });
    await until(() => events(text()).length === 3);
    opened[0]?.finish();
    await done;
    expect(events(text())[2]).toEqual({ data: { free: { id: 'e3', secret: null } }, errors: [denied('free', 'secret')] });
    expect(fixture.services.audit.map(({ details }) => details)).toEqual([{ paths: ['free.secret'], operation: 'subscription' }]);
  });
  test('that breaks says so without the inside', async () => {
    const { text, done } = await open({ query: 'subscription { broken { id } }' });
    expect(await done).toBe('end');
    expect(events(text())).toEqual([{ data: { broken: { id: 'e1' } } }, { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } }] }]);
    expect(text().endsWith(complete)).toBe(true);
    expect(fixture.reported.at(-1)).toMatchObject({ message: 'secret of the source' });
  });
});

describe('a slow reader', () => {
  test('holds its source back, and is let go when it leaves', async () => {
    pulled.count = 0;
    const socket = await fixture.raw();
    socket.pause();
    const body = JSON.stringify({ query: 'subscription { flood(count: 1000, size: 262144) }' });
    socket.write(`POST /graphql/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await until(() => pulled.count > 2);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    const before = pulled.count;
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    expect(pulled.count).toBe(before);
    expect(before).toBeLessThan(200);
    socket.destroy();
    await once(socket, 'close');
  });
  test('gets everything once it reads', async () => {
    const { text, done } = await open({ query: 'subscription { flood(count: 60, size: 131072) }' });
    expect(await done).toBe('end');
    expect(events(text())).toHaveLength(60);
  });
});

test('closing breaks streams off, so that their readers come again', async () => {
  const own = await TransportFixture.start();
  const response = await own.post({ query: 'subscription { ticks { id } }' }, { token: TOKEN, path: '/graphql/stream' });
  await own.sse.close();
  expect(await response.text()).toBe('');
  expect(own.services.listening).toBe(0);
  await own.stop();
});
