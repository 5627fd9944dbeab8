import { parse, subscribe, type ExecutionResult } from 'graphql';
import { callerWith, deniedPaths, FakeServices, grantOf, guardedSchema, ManualStream } from '../../../test/support/graphql-fixture.js';
import { ANONYMOUS, type Caller, type RequestContext } from '../../system/shared/contracts/index.js';

interface Event { readonly id: string; readonly secret: string }

let streams: ManualStream<Event>[] = [];
let opened: Promise<unknown> | undefined;
const open = async (): Promise<ManualStream<Event>> => {
  await opened;
  const stream = new ManualStream<Event>();
  streams.push(stream);
  return stream;
};
async function* blocked(): AsyncGenerator<Event> {
  yield { id: 'e1', secret: 's' };
  await new Promise<never>(() => undefined);
}
const schema = guardedSchema(
  /* GraphQL */ `
    type Query { a: Int }
    type Event { id: ID secret: String @requiresScopes(scopes: [["secrets:read"]]) can: String @can(action: "read", resource: "event") }
    type Subscription {
      events: Event @requiresScopes(scopes: [["events:read"]])
      unguarded: Event
      blocked: Event @authenticated
      broken: Event @authenticated
      about(id: ID): Event @can(action: "watch", resource: "thing", id: "args.id")
      noStream: Event
    }
  `,
  {
    Event: { can: () => 'yes' },
    Subscription: {
      events: { subscribe: open, resolve: (event: Event) => event },
      unguarded: { subscribe: open, resolve: (event: Event) => event },
      blocked: { subscribe: blocked, resolve: (event: Event) => event },
      broken: { subscribe: async function* broken() { yield { id: 'e1' }; throw new Error('the source broke'); }, resolve: (event: Event) => event },
      about: { subscribe: open, resolve: (event: Event) => event },
      noStream: { subscribe: () => undefined },
    },
  },
);

const services = new FakeServices();
beforeEach(() => {
  streams = [];
  opened = undefined;
  services.failure = undefined;
  services.allowed.clear();
  services.asked.splice(0);
});
// Whatever a test does, nobody may listen after its streams.
afterEach(() => {
  if (services.listening > 0) throw new Error(`${services.listening} streams still listen`);
});

let serial = 0;
const reader = (...keys: string[]): Caller => ({ ...callerWith(...keys), key: `session:${++serial}` });
const start = async (source: string, context: RequestContext): Promise<AsyncGenerator<ExecutionResult, void, void>> => {
  const result = await subscribe({ schema, document: parse(source), contextValue: context });
  if (!(Symbol.asyncIterator in result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
};
const push = (id: string): void => streams[0]?.push({ id, secret: `secret of ${id}` });

describe('a subscription', () => {
  test('is denied at the start with the error of a query, and its source is not opened', async () => {
    for (const caller of [ANONYMOUS, reader('other:read')]) {
      const result = (await subscribe({ schema, document: parse('subscription { mine: events { id } }'), contextValue: services.context(caller) })) as ExecutionResult;
      expect(deniedPaths(result)).toEqual(['mine']);
      expect(result.data ?? null).toBeNull();
    }
    expect(streams).toEqual([]);
  });
  test('by @can is asked with its arguments and again before each event', async () => {
    services.allowed = new Set(['thg_1']);
    const denied = (await subscribe({ schema, document: parse('subscription { about(id: "thg_2") { id } }'), contextValue: services.context(reader()) })) as ExecutionResult;
    expect(deniedPaths(denied)).toEqual(['about']);
    const events = await start('subscription { about(id: "thg_1") { id } }', services.context(reader()));
    push('e1');
    expect((await events.next()).value).toEqual({ data: { about: { id: 'e1' } } });
    services.allowed.clear();
    push('e2');
    await expect(events.next()).rejects.toMatchObject({ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' }, path: ['about'] });
    expect(streams[0]?.stopped).toBe(true);
  });
  test('ends with the same error when the caller lost the right between two events', async () => {
    const caller = reader('events:read');
    const events = await start('subscription { e: events { id } }', services.context(caller));
    push('e1');
    expect((await events.next()).value).toEqual({ data: { e: { id: 'e1' } } });
    services.change(caller, { ...caller, grants: [] }, true);
    push('e2');
    await expect(events.next()).rejects.toMatchObject({ message: 'Unauthorized field or type', extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' }, path: ['e'] });
    expect(streams[0]?.stopped).toBe(true);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
  test('ends without any event, within a second, when a change is announced', async () => {
    const caller = reader('events:read');
    const events = await start('subscription { events { id } }', services.context(caller));
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    services.change(caller, { ...caller, grants: [grantOf('other:read')] });
    await expect(next).rejects.toMatchObject({ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(streams[0]?.stopped).toBe(true);
  });
  test('goes on when the change leaves the right, and does not listen to others', async () => {
    const caller = reader('events:read');
    const events = await start('subscription { events { id secret } }', services.context(caller));
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = services.refreshed.length;
    services.change(reader('events:read'), undefined);
    expect(services.refreshed).toHaveLength(before);
    services.change(caller, { ...caller, grants: [grantOf('events:read'), grantOf('secrets:read')] });
    push('e1');
    expect((await next).value).toEqual({ data: { events: { id: 'e1', secret: 'secret of e1' } } });
    await events.return();
  });
  test('completes when the caller has ended', async () => {
    const caller = reader('events:read');
    const events = await start('subscription { events { id } }', services.context(caller));
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    services.change(caller, undefined);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(streams[0]?.stopped).toBe(true);
  });
  test('completes when the credential runs out, without an event', async () => {
    const events = await start('subscription { events { id } }', services.context({ ...reader('events:read'), expiresAt: Date.now() + 60 }));
    const began = performance.now();
    expect((await events.next()).done).toBe(true);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
  test('ends with an error when the grant runs out, without an event', async () => {
    const events = await start('subscription { events { id } }', services.context({ ...reader(), grants: [grantOf('events:read', Date.now() + 60)] }));
    await expect(events.next()).rejects.toMatchObject({ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
  });
  test('notices what changed while its source was being opened', async () => {
    const caller = reader('events:read');
    let release = (): void => undefined;
    opened = new Promise<void>((resolve) => { release = resolve; });
    const starting = start('subscription { events { id } }', services.context(caller));
    services.change(caller, undefined);
    release();
    expect((await (await starting).next()).done).toBe(true);
  });
  test('ends with its error when the caller cannot be read', async () => {
    const caller = reader('events:read');
    const events = await start('subscription { events { id } }', services.context(caller));
    push('e1');
    await events.next();
    services.failure = new Error('no database');
    push('e2');
    await expect(events.next()).rejects.toThrow('no database');
    expect(streams[0]?.stopped).toBe(true);
  });
});

describe('events', () => {
  test('are narrowed by the rights of their moment, in subscriptions without a guard too', async () => {
    const caller = reader('events:read', 'secrets:read');
    for (const field of ['events', 'unguarded']) {
      services.change(caller, caller, true);
      const events = await start(`subscription { it: ${field} { id secret } }`, services.context(caller));
      const source = streams.at(-1);
      source?.push({ id: 'e1', secret: 's1' });
      expect((await events.next()).value).toEqual({ data: { it: { id: 'e1', secret: 's1' } } });
      services.change(caller, { ...caller, grants: [grantOf('events:read')] }, true);
      source?.push({ id: 'e2', secret: 's2' });
      const { value } = await events.next();
      expect(value?.data).toEqual({ it: { id: 'e2', secret: null } });
      expect(deniedPaths(value as ExecutionResult)).toEqual(['it.secret']);
      await events.return();
    }
  });
  test('are narrowed when a grant expires, although nothing changed', async () => {
    const caller = { ...reader('events:read'), grants: [grantOf('events:read'), grantOf('secrets:read', Date.now() + 60)] };
    const events = await start('subscription { events { secret } }', services.context(caller));
    push('e1');
    expect((await events.next()).value).toEqual({ data: { events: { secret: 'secret of e1' } } });
    await new Promise((resolve) => setTimeout(resolve, 80));
    push('e2');
    expect((await events.next()).value?.data).toEqual({ events: { secret: null } });
    await events.return();
  });
  test('ask the engine anew', async () => {
    services.allowed = new Set(['e1']);
    const events = await start('subscription { events { can } }', services.context(reader('events:read')));
    push('e1');
    expect((await events.next()).value?.data).toEqual({ events: { can: 'yes' } });
    services.allowed.clear();
    push('e1');
    expect((await events.next()).value?.data).toEqual({ events: { can: null } });
    await events.return();
  });
  test('of the anonymous are not looked up', async () => {
    const before = services.refreshed.length;
    const events = await start('subscription { unguarded { id secret } }', services.context());
    push('e1');
    const { value } = await events.next();
    expect(value?.data).toEqual({ unguarded: { id: 'e1', secret: null } });
    expect(services.refreshed).toHaveLength(before);
    await events.return();
  });
});

describe('sources', () => {
  test('are stopped when the reader leaves while an event is awaited', async () => {
    const events = await start('subscription { events { id } }', services.context(reader('events:read')));
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await events.return();
    expect(streams[0]?.stopped).toBe(true);
    expect((await next).done).toBe(true);
  });
  test('that wait for ever do not hold their reader', async () => {
    const events = await start('subscription { blocked { id } }', services.context(reader()));
    expect((await events.next()).value?.data).toEqual({ blocked: { id: 'e1' } });
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await events.return();
    expect((await next).done).toBe(true);
  });
  test('that break end the stream with what broke them', async () => {
    const events = await start('subscription { broken { id } }', services.context(reader()));
    await events.next();
    await expect(events.next()).rejects.toThrow('the source broke');
    expect((await events.next()).done).toBe(true);
  });
  test('that end complete the stream', async () => {
    const events = await start('subscription { events { id } }', services.context(reader('events:read')));
    push('e1');
    await events.next();
    streams[0]?.finish();
    expect((await events.next()).done).toBe(true);
  });
  test('that are none are an error of ours', async () => {
    await expect(subscribe({ schema, document: parse('subscription { noStream { id } }'), contextValue: services.context() })).rejects.toThrow('Async Iterable');
  });
  test('are closed when the reader throws', async () => {
    const events = await start('subscription { events { id } }', services.context(reader('events:read')));
    await expect(events.throw(new Error('reader'))).rejects.toThrow('reader');
    expect(streams[0]?.stopped).toBe(true);
  });
});
