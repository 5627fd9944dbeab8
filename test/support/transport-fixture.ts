import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { loadSettings } from '../../src/config/index.js';
import { DocumentGate, DocumentRegister, SchemaViews } from '../../src/graphql/index.js';
import { createMetrics, type Logger } from '../../src/observability/index.js';
import { authenticatorRef } from '../../src/system/shared/contracts/index.js';
import {
  createGraphqlEndpoint, createHttpServer, createRequestContext, credentialsOf, infoOf, LiveSchema, OperationPreparer, RateLimits, RouteTable, SCHEMA_PATH, SchemaDownload, SseEndpoint,
  WebSocketEndpoint,
  type RouteHandler,
} from '../../src/transport/index.js';
import { callerWith, FakeServices, guardedSchema, ManualStream } from './graphql-fixture.js';
import { generousBudgets } from './rates.js';

/** Token of the usual reader of a fixture. */
export const TOKEN = 'token-1';

/** Streams that fixture subscriptions opened, newest last. */
export const opened: ManualStream<{ id: string; secret?: string }>[] = [];

/** The schema of transport tests. */
export const fixtureSchema: GraphQLSchema = guardedSchema(
  /* GraphQL */ `
    type Query { hello(name: String = "you"): String guarded: String @requiresScopes(scopes: [["a:read"]]) me: String @authenticated fail: String list: [Item!] slow(ms: Int!): String big(size: Int!): String }
    type Item { id: ID secret: String @requiresScopes(scopes: [["secrets:read"]]) }
    type Mutation { act: String @requiresScopes(scopes: [["a:write"]]) touch: String }
    type Subscription { ticks: Item @requiresScopes(scopes: [["a:read"]]) free: Item flood(count: Int!, size: Int!): String broken: Item }
  `,
  {
    Query: {
      hello: (_source, { name }: { name: string }) => `hello ${name}`, guarded: () => 'guarded', me: (_source, _args, { caller }) => caller.key,
      fail: () => { throw new Error('secret of the inside'); },
      list: () => [{ id: '1', secret: 's1' }, { id: '2', secret: 's2' }],
      slow: (_source, { ms }: { ms: number }) => new Promise((resolve) => { setTimeout(() => resolve('slow'), ms); }),
      big: (_source, { size }: { size: number }) => 'x'.repeat(size),
    },
    Mutation: { act: () => 'acted', touch: () => 'touched' },
    Subscription: {
      ticks: { subscribe: () => openStream(), resolve: (event: unknown) => event },
      free: { subscribe: () => openStream(), resolve: (event: unknown) => event },
      flood: {
        subscribe: async function* flood(_source: unknown, { count, size }: { count: number; size: number }) {
          for (let index = 0; index < count; index++) {
            pulled.count++;
            yield 'x'.repeat(size);
          }
        },
        resolve: (event: unknown) => event,
      },
      broken: { subscribe: async function* broken() { yield { id: 'e1' }; throw new Error('secret of the source'); }, resolve: (event: unknown) => event },
    },
  },
);

/** How many events `flood` was asked for. */
export const pulled = { count: 0 };

function openStream(): ManualStream<{ id: string; secret?: string }> {
  const stream = new ManualStream<{ id: string; secret?: string }>();
  opened.push(stream);
  return stream;
}

/** A running server on a fixture schema. */
export class TransportFixture {
  readonly services = new FakeServices();
  readonly reported: unknown[] = [];
  /** What was noted of documents that are not registered. */
  readonly unregistered: string[] = [];
  /** Documents that are registered. */
  readonly register!: DocumentRegister;
  readonly logged: { readonly level: string; readonly message: string; readonly fields?: Readonly<Record<string, unknown>> }[] = [];
  ready = true;
  url = '';

  private constructor(
    readonly server: Server,
    readonly sockets: WebSocketEndpoint,
    readonly sse: SseEndpoint,
    private readonly stopGraphql: () => Promise<void>,
  ) {}

  /** @param environment - settings; @param routes - more routes, by `METHOD /path` */
  static async start(environment: Record<string, string> = {}, routes: Readonly<Record<string, RouteHandler>> = {}): Promise<TransportFixture> {
    const settings = loadSettings({ NODE_ENV: 'test', ...environment });
    const live = new LiveSchema(fixtureSchema);
    const metrics = createMetrics();
    let fixture = undefined as unknown as TransportFixture;
    const log = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => void fixture.logged.push({ level, message, fields });
    const logger: Logger = { trace: log('trace'), debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error'), fatal: log('fatal'), child: () => logger };
    const report = (error: unknown): void => void fixture.reported.push(error);
    const views = new SchemaViews(live);
    const register = new DocumentRegister();
    const documents = new DocumentGate({
      mode: settings.graphql.trustedDocuments, register,
      count: () => void fixture.unregistered.push('ran'), log: ({ operation }) => void fixture.unregistered.push(`told of ${operation}`),
    });
    const rates = new RateLimits({ settings: settings.rates, store: generousBudgets, metrics, logger, now: Date.now });
    const preparer = new OperationPreparer(live, settings.graphql, views, documents, rates);
    const { endpoint: graphql, stop: stopGraphql } = await createGraphqlEndpoint({ live, views, documents, preparer, rates, settings, logger, metrics });
    const sse = new SseEndpoint(preparer, settings.http.maxBodyBytes, report);
    const table = new RouteTable();
    const contextOf = async (request: Parameters<RouteHandler>[0]) => {
      const { container } = fixture.services;
      const credentials = credentialsOf({ authorization: request.headers.authorization });
      return createRequestContext(container, infoOf(request), await container.get(authenticatorRef).authenticate(credentials, Date.now()));
    };
    for (const method of ['GET', 'POST'] as const) {
      table.add(method, '/graphql', async (request, response) => graphql.handle(request, response, await contextOf(request)));
      table.add(method, '/graphql/stream', async (request, response, url) => sse.handle(request, response, url, await contextOf(request)));
    }
    const download = new SchemaDownload(views, documents, settings.graphql.introspection);
    table.add('GET', SCHEMA_PATH, async (request, response) => download.handle(request, response, await contextOf(request)));
    for (const [route, handler] of Object.entries(routes)) table.add(route.split(' ')[0] as 'GET', route.split(' ')[1] as string, handler);
    const server = createHttpServer({ settings, routes: table, logger, metrics, now: Date.now });
    const services = new FakeServices();
    const sockets = new WebSocketEndpoint({ container: services.container, preparer, infoOf, ready: () => fixture.ready, now: Date.now, report });
    fixture = new TransportFixture(server, sockets, sse, stopGraphql);
    Object.assign(fixture, { services, register });
    services.tokens.set(TOKEN, callerWith('a:read', 'a:write'));
    sockets.attach(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    fixture.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return fixture;
  }

  /** Posts an operation, or a batch. */
  post(body: unknown, options: { readonly token?: string; readonly path?: string; readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {}): Promise<Response> {
    const authorization: Record<string, string> = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    return fetch(`${this.url}${options.path ?? '/graphql'}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...authorization, ...options.headers }, body: typeof body === 'string' ? body : JSON.stringify(body), signal: options.signal,
    });
  }

  /** A connection that speaks only what a test writes. */
  async raw(): Promise<Socket> {
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  async stop(): Promise<void> {
    await this.sse.close();
    await this.sockets.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
    await this.stopGraphql();
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean, what = 'it did not come to pass'): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo();) {
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}
