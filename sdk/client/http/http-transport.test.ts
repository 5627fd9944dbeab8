import { createPolityClient, type PolityClient, type PolityClientOptions } from '../index.js';
import { allow, FakePolity, type FakeAnswer } from '../testing/fake-polity.js';
import { isRepeatable } from './is-repeatable.js';

const question = { action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' };
const good: FakeAnswer = { json: { data: { check: allow, createSpace: { errors: [] }, signIn: null } } };
const unavailable: FakeAnswer = { status: 503, json: { errors: [{ message: 'no database', extensions: { code: 'SERVICE_UNAVAILABLE' } }] } };

let polity: FakePolity;
beforeEach(async () => {
  polity = await FakePolity.start();
});
afterEach(() => polity.stop());

const clientOf = (options: Partial<PolityClientOptions> = {}): PolityClient =>
  createPolityClient({ url: polity.url, credentials: { apiKey: 'key' }, retry: { attempts: 2, baseDelayMs: 2, maxDelayMs: 10 }, ...options });

function failing(times: number, answer: FakeAnswer): void {
  polity.answer = (_request, number) => (number <= times ? answer : good);
}

describe('a query', () => {
  test.each<[string, FakeAnswer]>([
    ['a database that is gone', unavailable],
    ['a proxy without a server', { status: 502, text: 'Bad Gateway' }],
    ['a cut connection', 'cut'],
    ['a rate limit that says when', { status: 429, headers: { 'retry-after': '0' }, json: { errors: [{ message: 'slow', extensions: { code: 'RATE_LIMITED' } }] } }],
  ])('is repeated after %s, with the same request id', async (_name, answer) => {
    failing(2, answer);
    expect((await clientOf().check(question, { requestId: 'req_same' })).allowed).toBe(true);
    expect(polity.requests.map(({ headers }) => headers['x-request-id'])).toEqual(['req_same', 'req_same', 'req_same']);
  });

  test('is repeated no more often than allowed', async () => {
    failing(99, unavailable);
    await expect(clientOf().check(question)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', kind: 'unavailable', status: 503 });
    expect(polity.requests).toHaveLength(3);
    await expect(clientOf({ retry: { attempts: 0 } }).check(question)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(polity.requests).toHaveLength(4);
  });

  test.each(['VALIDATION_FAILED', 'ADMIN_PERMISSION_REQUIRED', 'UNAUTHENTICATED', 'INTERNAL_ERROR', 'RATE_LIMITED'])('is not repeated after %s', async (code) => {
    failing(1, { json: { errors: [{ message: 'no', extensions: { code } }] } });
    await expect(clientOf().check(question)).rejects.toMatchObject({ code });
    expect(polity.requests).toHaveLength(1);
  });

  test('waits as long as the server says, and not at all when the time of the call is too short for it', async () => {
    failing(1, { ...unavailable, headers: { 'retry-after': '1' } });
    const began = performance.now();
    await clientOf().check(question);
    expect(performance.now() - began).toBeGreaterThan(950);

    failing(99, { ...unavailable, headers: { 'retry-after': '60' } });
    await expect(clientOf().check(question)).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 60 });
    expect(polity.requests).toHaveLength(3);
  });
});

describe('a mutation', () => {
  test.each<[string, FakeAnswer]>([['503', unavailable], ['502', { status: 502, text: 'Bad Gateway' }], ['a cut connection', 'cut']])('is never repeated after %s', async (_name, answer) => {
    failing(99, answer);
    const client = clientOf({ retry: { attempts: 5, baseDelayMs: 1 } });
    await expect(client.query('mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { errors { code } } }')).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(client.signIn({ email: 'a@example.com', password: 'x' })).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(client.refresh({ refreshToken: 'rt' })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(polity.requests).toHaveLength(3);
  });

  test.each([
    ['mutation { a }', false],
    ['  # query\n mutation M { a }', false],
    ['query Q { a } mutation M { b }', false],
    ['query Q($in: I = { text: "}" }) { a } mutation M { b }', false],
    ['query Q { a(text: """ } \\""" { """) } mutation M { b }', false],
    ['subscription { a }', false],
    ['query mutation { a }', false],
    ['{ mutation }', true],
    ['query Q { a(text: "} mutation {") }', true],
    ['query Q { a # } mutation {\n b }', true],
    ['fragment F on T { mutation subscription } query { ...F }', true],
  ])('is known from its document: %s', (document, expected) => {
    expect(isRepeatable(document)).toBe(expected);
  });
});

describe('time', () => {
  test('a server that does not answer ends the call in time, and is not asked again', async () => {
    polity.answer = () => 'hang';
    const began = performance.now();
    await expect(clientOf({ timeoutMs: 80 }).check(question, { requestId: 'req_slow' })).rejects.toMatchObject({
      code: 'TIMEOUT', kind: 'timeout', requestId: 'req_slow', message: 'No answer came within 80 ms.',
    });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(polity.requests).toHaveLength(1);
  });

  test('the time covers all repetitions together', async () => {
    polity.answer = (_request, number) => (number === 1 ? unavailable : 'hang');
    await expect(clientOf({ timeoutMs: 120 }).check(question)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(polity.requests).toHaveLength(2);
  });

  test('a call may choose its own time', async () => {
    polity.answer = () => 'hang';
    await expect(clientOf().check(question, { timeoutMs: 50 })).rejects.toMatchObject({ message: 'No answer came within 50 ms.' });
  });

  test('a token that does not come counts against the time', async () => {
    const client = clientOf({ timeoutMs: 50, credentials: { accessToken: () => new Promise<string>(() => undefined) } });
    await expect(client.check(question)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('the signal of the caller gives the call up with its own reason', async () => {
    polity.answer = () => 'hang';
    const reason = new Error('the request went away');
    const controller = new AbortController();
    const call = clientOf().check(question, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(clientOf().check(question, { signal: controller.signal })).rejects.toBe(reason);
  });

  test('a server that is gone is CONNECTION_FAILED', async () => {
    const client = clientOf();
    await polity.stop();
    await expect(client.check(question)).rejects.toMatchObject({ code: 'CONNECTION_FAILED', kind: 'unavailable', status: undefined });
    polity = await FakePolity.start();
  });
});

test('the error of a failed call shows no credential', async () => {
  failing(99, 'cut');
  const error = await clientOf({ credentials: { apiKey: 'polity_secret_value' } }).check(question).catch((thrown: unknown) => thrown);
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 10 })).not.toContain('polity_secret_value');
});
