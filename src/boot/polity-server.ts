import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';
import { currentSchemaVersion, inspectRoles } from '../persistence/migrations/index.js';
import { DocumentGate, DocumentRegister, SchemaRegistry, SchemaViews, type SchemaFragment } from '../graphql/index.js';
import { openTracing } from '../observability/index.js';
import { MasterKeyMismatch, sql } from '../persistence/index.js';
import { authenticatorRef, databaseRef, evaluationsRef, keyringRef, revisionFeedRef, statementsRef, type Caller, type RequestContext, type RequestInfo } from '../system/shared/contracts/index.js';
import { trustedDocumentsRef } from '../system/admin/index.js';
import { InstanceSigner, mutationsRef } from '../system/shared/services/index.js';
import {
  addAuthzen, addDiscovery, addOpenapi, addProbes, API_KEY_HEADER, createGraphqlEndpoint, createHttpServer, createRequestContext, credentialsOf, DatabaseBudgets, DECLARED_ROUTES,
  infoOf, LiveSchema, OperationPreparer, processContext, publicBase, RateLimits, RequestInfoReader, RouteTable, SCHEMA_PATH, SchemaDownload, sendGraphiql,
  SseEndpoint, wantsGraphiql, WebSocketEndpoint, type PlanUse, type RouteHandler,
} from '../transport/index.js';
import { builtInSchema } from './built-in-schema.js';
import { followSchema } from './follow-schema.js';
import { ensureDemo, refuseDemo } from './demo.js';
import { DocumentFollower } from './document-follower.js';
import { PeriodicWork } from './periodic.js';
import { publishedKeys } from './published-keys.js';
import { openPlatform, type Platform, type PlatformOptions } from './platform.js';
import { POLITY_VERSION } from './version.js';

const RETRY_MS = 1_000;
const HEALTH_MS = 5_000;
const FORGET_MS = 600_000;
const IDLE_SHARES_MS = 30_000;
/** Owner of the fragments that a server starts with. */
const START = 'start';

/** A running server. */
export interface PolityServer {
  readonly platform: Platform;
  /** The schema; fragments come and go by it while the server runs. */
  readonly schema: SchemaRegistry;
  /** Address for clients on this machine. */
  readonly url: string;
  /** Takes no new requests, lets running ones end, completes streams, closes everything. */
  stop(): Promise<void>;
}

/** What may be set apart for a server inside another process, such as a test or a bench. */
export interface ServerOptions extends PlatformOptions {
  /** Parts of the schema beside those of the capabilities. */
  readonly fragments?: readonly SchemaFragment[];
  /** When operations are answered by their plans; from their second time on unless it says otherwise. */
  readonly planUse?: PlanUse;
}

/**
 * Starts a server: it listens at once and is ready when every capability is up.
 *
 * @throws PolityError `CAPABILITY_INVALID` for fragments that do not fit the schema, before anything is opened
 */
export async function startPolity(settings: Settings, options: ServerOptions = {}): Promise<PolityServer> {
  const schema = new SchemaRegistry(await builtInSchema());
  if (options.fragments !== undefined && options.fragments.length > 0) schema.set(START, options.fragments);
  const platform = await openPlatform(settings, options);
  const { container, kernel, logger, metrics } = platform;
  const work = new PeriodicWork(logger);
  const live = new LiveSchema(schema.current.guarded);
  const views = new SchemaViews(live);
  const register = new DocumentRegister();
  const documents = new DocumentGate({
    mode: settings.graphql.trustedDocuments,
    register,
    count: (type) => metrics.countUnregisteredDocument(type),
    log: (document) => logger.warn('a document that is not registered ran', { document_hash: document.hash, operation: document.operation }),
  });
  const follower = new DocumentFollower(() => container.get(trustedDocumentsRef), container.get(revisionFeedRef), register, (error) => logger.warn('registered documents could not be read', { error }));
  followSchema({ schema, live, documents, metrics, logger });
  const report = (error: unknown): void => logger.error('operation failed', { error });
  const now = (): number => Date.now();
  const budgets = new DatabaseBudgets(() => container.get(statementsRef));
  const rates = new RateLimits({ settings: settings.rates, store: budgets, metrics, logger, now });
  const preparer = new OperationPreparer(live, settings.graphql, views, documents, rates);
  const { endpoint: graphql, stop: stopGraphql } = await createGraphqlEndpoint({ live, views, documents, preparer, rates, settings, logger, metrics, ...(options.planUse === undefined ? {} : { planUse: options.planUse }) });
  const download = new SchemaDownload(views, documents, settings.graphql.introspection);
  const sse = new SseEndpoint(preparer, settings.http.maxBodyBytes, report);
  const reader = new RequestInfoReader(settings.http.requestIdHeader, settings.http.trustedProxies, now);
  const tracing = await openTracing(settings, POLITY_VERSION, logger);
  const socketInfo = (request: IncomingMessage): RequestInfo => (tracing === undefined ? reader.read(request) : { ...reader.read(request), spans: tracing.handshake(request.headers) });
  const sockets = new WebSocketEndpoint({ container, preparer, infoOf: socketInfo, ready: () => kernel.ready(), now, report });

  let refused = true;
  const callerOf = (request: IncomingMessage): Promise<Caller> => {
    if (!kernel.ready() || refused) throw new PolityError('NOT_READY', 'The server is not ready; see /readyz.');
    const credentials = credentialsOf({ authorization: request.headers.authorization, apiKey: request.headers[API_KEY_HEADER] });
    return container.get(authenticatorRef).authenticate(credentials, infoOf(request).now);
  };
  const contextOf = async (request: IncomingMessage): Promise<RequestContext> => createRequestContext(container, infoOf(request), await callerOf(request));
  const routes = new RouteTable(DECLARED_ROUTES);
  const post: RouteHandler = async (request, response) => graphql.handle(request, response, await contextOf(request));
  routes.add('POST', '/graphql', Object.assign(post, { writesHead: true } as const));
  routes.add('GET', '/graphql', async (request, response) => {
    if (settings.graphql.graphiql && wantsGraphiql(request)) return sendGraphiql(response);
    return graphql.handle(request, response, await contextOf(request));
  });
  routes.add('GET', '/graphql/stream', async (request, response, url) => sse.handle(request, response, url, await contextOf(request)));
  routes.add('POST', '/graphql/stream', async (request, response, url) => sse.handle(request, response, url, await contextOf(request)));
  routes.add('GET', SCHEMA_PATH, async (request, response) => download.handle(request, response, await contextOf(request)));
  let warnings: readonly string[] = [];
  addProbes(routes, { settings, metrics, status: () => kernel.status(), notReady: async () => (kernel.ready() && refused ? ['the start is not finished'] : notReady(platform)), warnings: () => warnings, version: () => version(platform) });
  addDiscovery(routes, { settings, version: POLITY_VERSION, jwks: () => publishedKeys(container) });
  addAuthzen(routes, {
    evaluations: () => container.get(evaluationsRef),
    contextOf: async (request) => processContext(container, infoOf(request), await callerOf(request)),
    maxBodyBytes: settings.http.maxBodyBytes,
    spend: (context, cost) => rates.admit(context, cost),
  }, { base: publicBase(settings), signer: new InstanceSigner(() => container.get(keyringRef)), now });
  addOpenapi(routes, { version: POLITY_VERSION, server: publicBase(settings) });
  routes.assertComplete();

  const server = createHttpServer({ settings, routes, logger, metrics, now, ...(tracing === undefined ? {} : { tracing }) });
  sockets.attach(server);
  server.listen(settings.http.port, settings.http.host);
  await once(server, 'listening');
  const url = addressOf(server, settings);

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    follower.stop();
    await work.stop();
    await sse.close();
    await sockets.close();
    server.closeIdleConnections();
    const drained = await Promise.race([closed.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, settings.http.drainTimeoutMs, false).unref())]);
    if (!drained) {
      server.closeAllConnections();
      container.get(databaseRef).cutOff();
    }
    await stopGraphql();
    await tracing?.stop();
    await platform.close();
  };
  // A database that is away leaves the server listening and not ready; a database that must not be served ends the start.
  const bringUp = async (): Promise<void> => {
    await platform.bringUp().catch((error: unknown) => {
      if (error instanceof MasterKeyMismatch) throw error;
      logger.error('not ready', { error });
    });
    if (!kernel.ready()) return;
    await follower.start();
    await ensureDemo(platform, url);
    await refuseDemo(platform);
    refused = false;
    warnings = await roleWarnings(platform);
  };
  try {
    await bringUp();
  } catch (error) {
    await stop();
    throw error;
  }
  work.every('bring up failed capabilities', RETRY_MS, async () => (kernel.ready() && !refused ? undefined : bringUp()));
  work.every('revive the embedded database', RETRY_MS, async () => (container.get(revisionFeedRef).silentForMs() > RETRY_MS ? platform.addresses.revive() : undefined));
  work.every('read registered documents', RETRY_MS, async () => (kernel.ready() ? follower.catchUp() : undefined));
  work.every('forget answers to idempotency keys', FORGET_MS, async () => (kernel.ready() ? container.get(mutationsRef).forgetOld() : undefined));
  work.every('forget idle shares', IDLE_SHARES_MS, async () => rates.forgetIdle());
  work.every('forget full budgets', FORGET_MS, async () => (kernel.ready() ? budgets.forgetFull() : undefined));
  work.every('capability health', HEALTH_MS, () => kernel.checkHealth());
  return { platform, schema, url, stop: () => (stopping ??= stop()) };
}

function addressOf(server: Server, settings: Settings): string {
  const { port } = server.address() as AddressInfo;
  const host = settings.http.host.includes(':') ? `[${settings.http.host}]` : settings.http.host;
  return `http://${['0.0.0.0', '[::]'].includes(host) ? '127.0.0.1' : host}:${port}`;
}

async function notReady(platform: Platform): Promise<string[]> {
  const reasons = platform.kernel.status().flatMap(({ id, state, reason }) => (['ready', 'degraded'].includes(state) ? [] : [`${id} is ${state}${reason === undefined ? '' : `: ${reason}`}`]));
  try {
    await platform.container.get(databaseRef).query(sql`SELECT 1 AS one`);
  } catch {
    reasons.push('the database does not answer');
  }
  if (reasons.length === 0 && !platform.kernel.ready()) reasons.push('the kernel has not booted');
  return reasons;
}

async function roleWarnings({ addresses, logger }: Platform): Promise<readonly string[]> {
  try {
    const { problems } = await inspectRoles(addresses.server);
    return problems.map(({ code, message }) => `${code}: ${message}`);
  } catch (error) {
    logger.warn('roles could not be inspected', { error });
    return ['roles could not be inspected'];
  }
}

async function version({ settings, addresses }: Platform): Promise<Record<string, unknown>> {
  const schemaVersion = await currentSchemaVersion(addresses.server).catch(() => null);
  return { name: 'polity', version: POLITY_VERSION, sourceRevision: settings.runtime.sourceRevision ?? null, schemaVersion, traceVersion: '1.0', node: process.version };
}
