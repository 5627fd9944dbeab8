import { createPolityClient, PolityStreamError, type AuditEvent, type PolityClient, type PolityClientOptions, type Reconnection } from '../index.js';
import { CredentialSource } from '../http/credential-source.js';
import { FakePolity } from '../testing/fake-polity.js';
import { resumableStream, type StreamSource } from './resumable-stream.js';

let polity: FakePolity;
beforeEach(async () => {
  polity = await FakePolity.start();
});
afterEach(() => polity.stop());

const clientOf = (options: Partial<PolityClientOptions> = {}): PolityClient =>
  createPolityClient({ url: polity.url, credentials: { apiKey: 'key' }, timeoutMs: 1_000, retry: { baseDelayMs: 5, maxDelayMs: 40 }, ...options });

/** Reads until `count` events are there, leaves, and gives their positions. */
async function positions(stream: AsyncIterable<{ readonly position: string }>, count: number, onEvent?: (total: number) => void): Promise<string[]> {
  const seen: string[] = [];
  for await (const { position } of stream) {
    onEvent?.(seen.push(position));
    if (onEvent === undefined) seen.push(position);
    if (seen.length >= count) break;
  }
  return seen;
}

async function streamFailure(stream: AsyncIterable<unknown>): Promise<PolityStreamError> {
  try {
    for await (const event of stream) expect(event).toHaveProperty('position');
  } catch (error) {
    if (error instanceof PolityStreamError) return error;
    throw error;
  }
  throw new Error('the stream ended without an error');
}

const range = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

describe('a stream', () => {
  test('replays after the cursor and goes on live, and says goodbye when the reader leaves', async () => {
    polity.streams.publish(5);
    const seen = await positions(clientOf().auditEvents({ after: '2', filter: { types: ['group.created'] } }), 6, (total) => {
      if (total === 3) polity.streams.publish(3);
    });
    expect(seen).toEqual(range(3, 8));
    expect(polity.streams.subscriptions).toHaveLength(1);
    expect(polity.streams.subscriptions[0]).toMatchObject({ variables: { after: '2', filter: { types: ['group.created'] } }, connectionParams: { apiKey: 'key' } });
    await until(() => polity.streams.completed === 1);
  });

  test('has each event once and in order over cut connections, from exactly the last one', async () => {
    polity.streams.publish(1);
    const reconnections: Reconnection[] = [];
    const seen = await positions(clientOf().auditEvents({ onReconnect: (reconnection) => reconnections.push(reconnection) }), 40, (total) => {
      if (total % 7 === 0) polity.streams.cut();
      polity.streams.publish(1);
      // What was sent right before the cut may have arrived or not.
      if (total % 5 === 0) polity.streams.cut();
    });
    expect(seen).toEqual(range(1, 40));
    expect(reconnections.length).toBeGreaterThanOrEqual(10);
    expect(polity.streams.subscriptions.slice(1).map(({ variables }) => variables.after)).toEqual(reconnections.map(({ cursor }) => cursor));
    for (const { error, attempt } of reconnections) {
      expect(error).toMatchObject({ code: 'CONNECTION_LOST', kind: 'unavailable' });
      expect(attempt).toBe(1);
    }
  });

  test('gives out what had arrived before the cut, and asks for nothing twice', async () => {
    polity.streams.publish(3);
    const stream = clientOf().auditEvents();
    expect((await stream.next()).value).toMatchObject({ position: '1' });
    await until(() => polity.streams.subscriptions.length === 1);
    polity.streams.cut();
    polity.streams.publish(2);
    expect(await positions(stream, 4)).toEqual(range(2, 5));
    expect(polity.streams.subscriptions.map(({ variables }) => variables.after)).toEqual([undefined, '3']);
  });

  test('drops an event that a server sends again at the seam', async () => {
    polity.streams.onSubscribe = (subscriber, number) => {
      const first = number === 1 ? 1 : 2;
      for (const position of range(first, first + 1)) subscriber.next({ id: `audit_${position}`, position, type: 'group.created' });
      subscriber.close(1001);
    };
    expect(await positions(clientOf().auditEvents(), 3)).toEqual(range(1, 3));
  });

  test('survives a server that is down for a while', async () => {
    polity.streams.publish(2);
    const stream = clientOf().lifecycleEvents();
    expect((await stream.next()).value).toMatchObject({ position: '1' });
    expect((await stream.next()).value).toMatchObject({ position: '2' });
    const { port } = polity;
    await polity.stop();
    const next = stream.next();
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
    polity = await FakePolity.start(port);
    polity.streams.publish(3);
    expect((await next).value).toMatchObject({ position: '3' });
    expect(polity.streams.subscriptions[0]?.variables.after).toBe('2');
    await stream.return?.();
  });

  test('waits longer from attempt to attempt, within bounds and with jitter', async () => {
    polity.streams.admit = () => 4500;
    const delays: number[] = [];
    const controller = new AbortController();
    const stream = clientOf({ retry: { baseDelayMs: 4, maxDelayMs: 20 } }).auditEvents({
      signal: controller.signal,
      onReconnect: ({ attempt, delayMs }) => {
        delays.push(delayMs);
        if (attempt === 8) controller.abort();
      },
    });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(delays).toHaveLength(8);
    for (const [index, delay] of delays.entries()) {
      const ceiling = Math.min(20, 4 * 2 ** index);
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delay).toBeLessThanOrEqual(ceiling);
    }
    expect(new Set(delays.slice(-4)).size).toBeGreaterThan(1);
  });

  test.each([1000, 1001, 1011, 4408, 4429, 4500])('connects again after close code %i', async (code) => {
    polity.streams.publish(2);
    expect(await positions(clientOf().auditEvents(), 4, (total) => {
      if (total === 2) {
        polity.streams.closeAll(code);
        polity.streams.publish(2);
      }
    })).toEqual(range(1, 4));
    expect(polity.streams.subscriptions).toHaveLength(2);
  });

  test('connects again when the server completes it: a log has no end', async () => {
    polity.streams.onSubscribe = (subscriber, number) => {
      subscriber.next({ id: `audit_${number}`, position: String(number), type: 'group.created' });
      subscriber.complete();
    };
    expect(await positions(clientOf().auditEvents(), 3)).toEqual(range(1, 3));
  });
});

describe('a permanent end', () => {
  test.each([[4401, 'UNAUTHENTICATED', 'unauthenticated'], [4403, 'FORBIDDEN', 'denied'], [4400, 'BAD_REQUEST', 'invalid']] as const)('%i is %s with the cursor to resume from', async (closeCode, code, kind) => {
    polity.streams.publish(4);
    const stream = clientOf().auditEvents({ after: '1' });
    expect(await positions({ [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }, 3)).toEqual(range(2, 4));
    polity.streams.closeAll(closeCode);
    const error = await streamFailure(stream);
    expect(error).toMatchObject({ name: 'PolityStreamError', code, kind, closeCode, cursor: '4' });
    expect(polity.streams.subscriptions).toHaveLength(1);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('a credential that is refused at the door ends the stream with the cursor it was opened with', async () => {
    polity.streams.admit = () => 4403;
    expect(await streamFailure(clientOf().auditEvents({ after: '17' }))).toMatchObject({ code: 'FORBIDDEN', cursor: '17' });
    expect(polity.streams.subscriptions).toEqual([]);
  });

  test.each([['UNAUTHORIZED_FIELD_OR_TYPE', 'denied'], ['CURSOR_INVALID', 'invalid'], ['INTERNAL_ERROR', 'internal']])('an error %s of the subscription ends it', async (code, kind) => {
    polity.streams.onSubscribe = (subscriber) => subscriber.error(code, 'why');
    expect(await streamFailure(clientOf().auditEvents({ after: '3' }))).toMatchObject({ code, kind, cursor: '3', message: 'why', closeCode: undefined });
  });

  test('a subscription that is denied in its result ends, a withheld field inside an event does not', async () => {
    const withheld = [{ message: 'no', path: ['auditEvents', 'ip'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }];
    polity.streams.onSubscribe = (subscriber) => {
      subscriber.next({ id: 'audit_1', position: '1', type: 'group.created' }, withheld);
      subscriber.next(null, [{ message: 'no more', path: ['auditEvents'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
    };
    expect(await streamFailure(clientOf().auditEvents())).toMatchObject({ kind: 'denied', cursor: '1', path: ['auditEvents'] });
  });

  test.each([['no JSON', '{'], ['another protocol', '{"type":"ka"}'], ['an event without a position', '{"type":"next","id":"1","payload":{"data":{"auditEvents":{"id":"audit_1"}}}}']])('%s is INVALID_RESPONSE', async (_name, frame) => {
    polity.streams.onSubscribe = (subscriber) => subscriber.raw(frame);
    expect(await streamFailure(clientOf().auditEvents())).toMatchObject({ code: 'INVALID_RESPONSE', kind: 'internal' });
  });

  test('an overflow on the side of the server goes on from the position that it names', async () => {
    const overflow = [{ message: 'too slow', path: ['auditEvents'], extensions: { code: 'STREAM_OVERFLOW', cursor: '41' } }];
    polity.streams.onSubscribe = (subscriber, number) => {
      if (number === 1) subscriber.next(null, overflow);
      else subscriber.next({ id: 'audit_42', position: '42', type: 'group.created' });
    };
    expect(await positions(clientOf().auditEvents(), 1)).toEqual(['42']);
    expect(polity.streams.subscriptions.map(({ variables }) => variables.after)).toEqual([undefined, '41']);
  });

  test('a credential that ends while nothing happened is told with the position that the server names', async () => {
    const ended = [{ message: 'over', path: ['auditEvents'], extensions: { code: 'UNAUTHENTICATED', cursor: '17' } }];
    polity.streams.onSubscribe = (subscriber) => subscriber.next(null, ended);
    expect(await streamFailure(clientOf().auditEvents())).toMatchObject({ code: 'UNAUTHENTICATED', kind: 'unauthenticated', cursor: '17' });
  });

  test('an error that passes is tried again', async () => {
    polity.streams.onSubscribe = (subscriber, number) => {
      if (number === 1) subscriber.error('SERVICE_UNAVAILABLE');
      else subscriber.next({ id: 'audit_1', position: '1', type: 'group.created' });
    };
    expect(await positions(clientOf().auditEvents(), 1)).toEqual(['1']);
    expect(polity.streams.subscriptions).toHaveLength(2);
  });
});

describe('a renewable token', () => {
  test('that ends while the stream runs is followed by the next one', async () => {
    let made = 0;
    const accessToken = async (): Promise<string> => `token-${(made += 1)}`;
    polity.streams.publish(2);
    const seen = await positions(clientOf({ credentials: { accessToken } }).auditEvents(), 4, (total) => {
      if (total === 2) {
        polity.streams.closeAll(4401);
        polity.streams.publish(2);
      }
    });
    expect(seen).toEqual(range(1, 4));
    expect(polity.streams.subscriptions.map(({ connectionParams }) => connectionParams.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('whose successor is refused at the door ends the stream', async () => {
    polity.streams.admit = (_params, number) => (number === 1 ? 'accept' : 4401);
    polity.streams.publish(1);
    const stream = clientOf({ credentials: { accessToken: () => 'token' } }).auditEvents();
    await stream.next();
    polity.streams.closeAll(4401);
    expect(await streamFailure(stream)).toMatchObject({ code: 'UNAUTHENTICATED', cursor: '1' });
  });

  test('that cannot be had ends the stream', async () => {
    const stream = clientOf({ credentials: { accessToken: () => Promise.reject(new Error('signed out')) } }).auditEvents({ after: '9' });
    expect(await streamFailure(stream)).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', cursor: '9' });
  });
});

describe('silence', () => {
  const sourceOf = (bounds: Partial<StreamSource>): StreamSource => ({
    url: `${polity.url.replace('http', 'ws')}/graphql`, credentials: new CredentialSource({ apiKey: 'key' }), timeoutMs: 60, pingMs: 30, mostWaiting: 1_000,
    retry: { attempts: 0, baseDelayMs: 5, maxDelayMs: 20 }, WebSocket: globalThis.WebSocket, ...bounds,
  });
  const open = (bounds: Partial<StreamSource>, onReconnect?: (reconnection: Reconnection) => void): AsyncIterableIterator<AuditEvent> =>
    resumableStream(sourceOf(bounds), { query: 'subscription { auditEvents { position } }', field: 'auditEvents', variables: {}, read: (value) => value as AuditEvent }, { onReconnect });

  test('is asked about, and an answer keeps the connection', async () => {
    const stream = open({});
    const next = stream.next();
    await until(() => polity.streams.pings.length >= 3);
    polity.streams.publish(1);
    expect((await next).value).toMatchObject({ position: '1' });
    expect(polity.streams.subscriptions).toHaveLength(1);
    await stream.return?.();
  });

  test('without an answer is a lost connection', async () => {
    polity.streams.alive = false;
    const errors: unknown[] = [];
    const stream = open({}, ({ error }) => errors.push(error));
    const next = stream.next();
    await until(() => polity.streams.subscriptions.length === 2);
    polity.streams.publish(1);
    expect((await next).value).toMatchObject({ position: '1' });
    expect(errors[0]).toMatchObject({ code: 'TIMEOUT', message: 'The server gave no sign of life.' });
    await stream.return?.();
  });

  test('instead of an acknowledgement is a lost connection', async () => {
    polity.streams.admit = (_params, number) => (number === 1 ? 'silent' : 'accept');
    polity.streams.publish(1);
    const errors: unknown[] = [];
    expect(await positions(open({}, ({ error }) => errors.push(error)), 1)).toEqual(['1']);
    expect(errors).toMatchObject([{ code: 'TIMEOUT', message: 'The server did not accept the connection in time.' }]);
  });

  test('of the reader closes the connection instead of filling the memory, and loses nothing', async () => {
    polity.streams.publish(50);
    const stream = open({ mostWaiting: 8, pingMs: 5_000 });
    const seen: string[] = [];
    for await (const { position } of stream) {
      seen.push(position);
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      if (seen.length === 50) break;
    }
    expect(seen).toEqual(range(1, 50));
    expect(polity.streams.subscriptions.length).toBeGreaterThan(2);
  });
});

describe('leaving', () => {
  test('ends a stream that waits for an event', async () => {
    const stream = clientOf().auditEvents();
    const next = stream.next();
    await until(() => polity.streams.subscriptions.length === 1);
    await stream.return?.();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  test('by signal ends it without an error, also before it began', async () => {
    const controller = new AbortController();
    const next = clientOf().auditEvents({ signal: controller.signal }).next();
    await until(() => polity.streams.subscriptions.length === 1);
    controller.abort();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(await clientOf().auditEvents({ signal: controller.signal }).next()).toEqual({ value: undefined, done: true });
    expect(polity.streams.subscriptions).toHaveLength(1);
  });

  test('a runtime without WebSocket is told so at once', () => {
    const { WebSocket } = globalThis;
    Object.assign(globalThis, { WebSocket: undefined });
    try {
      expect(() => clientOf().auditEvents()).toThrow('streams need a WebSocket');
    } finally {
      Object.assign(globalThis, { WebSocket });
    }
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
