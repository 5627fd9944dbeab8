import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { PolityError } from '../../kernel/errors/index.js';
import type { Logger, Metrics, Tracing } from '../../observability/index.js';
import type { RequestInfo } from '../../system/shared/contracts/index.js';
import type { Settings } from '../../config/index.js';
import { Cors } from './cors.js';
import { RequestInfoReader } from './request-info.js';
import { asPolityError, isEventStream, sendError, setCommonHeaders } from './respond.js';
import type { RouteTable } from './route-table.js';

/** How long the rest of a refused body is read and thrown away, so that the client gets to see its answer. */
const LINGER_MS = 2_000;
/** How often connections are looked at whose requests do not arrive. */
const CHECK_MS = 1_000;
/** What is logged for a client that left before its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** Where a request keeps its facts. Not in a map beside it: with thousands of requests per second its dead entries are work for each collection. */
const INFO = Symbol('facts of the request');

interface Accepted extends IncomingMessage {
  [INFO]?: RequestInfo;
}

/** Facts of a request that the server has accepted, upgrades included. */
export function infoOf(request: IncomingMessage): RequestInfo {
  const info = (request as Accepted)[INFO];
  if (info === undefined) throw new Error('the request did not come through the HTTP server');
  return info;
}

/** What the HTTP server runs on. */
export interface HttpServerOptions {
  readonly settings: Settings;
  readonly routes: RouteTable;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Absent where tracing is off. */
  readonly tracing?: Tracing;
  readonly now: () => number;
}

/** The HTTP server: facts, headers, routing, errors, time budget and the access log of every request. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { settings, routes, logger, metrics, tracing } = options;
  const { http } = settings;
  const reader = new RequestInfoReader(http.requestIdHeader, http.trustedProxies, options.now);
  const cors = new Cors(http.corsOrigins, http.requestIdHeader);
  const server = createServer({
    requestTimeout: http.requestTimeoutMs,
    headersTimeout: Math.min(http.headersTimeoutMs, http.requestTimeoutMs),
    // By itself the library looks every thirty seconds, and leaves a connection that sends no more open as long.
    connectionsCheckingInterval: Math.min(CHECK_MS, http.headersTimeoutMs, http.requestTimeoutMs),
    keepAliveTimeout: http.keepAliveTimeoutMs,
    maxHeaderSize: 16_384,
  }, (request, response) => {
    const began = performance.now();
    const info = reader.read(request);
    const url = routes.url(request.url) ?? parseUrl(request.url);
    const trace = tracing?.request({ method: request.method ?? 'GET', path: url.pathname, headers: request.headers, ip: info.ip });
    (request as Accepted)[INFO] = trace === undefined ? info : { ...info, spans: trace };
    // What comes after a client has left, or after its time was over, is not worth an error.
    response.on('error', () => response.destroy());
    const budget = setTimeout(() => overtime(response, () => setCommonHeaders(response, http.requestIdHeader, info.id)), http.requestTimeoutMs);
    response.on('close', () => {
      clearTimeout(budget);
      // A server that ends waits for no further request on a connection that is kept alive.
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
      const status = response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
      const seconds = (performance.now() - began) / 1000;
      const isDeclared = routes.has(url.pathname);
      metrics.observeHttpRequest({ method: request.method ?? 'GET', route: isDeclared ? url.pathname : 'unmatched', status, seconds });
      trace?.end({ status, route: isDeclared ? url.pathname : undefined });
      logger.info('request', {
        request_id: info.id, method: request.method, path: url.pathname, status,
        latency_ms: Math.round(seconds * 1e5) / 100, remote_ip: info.ip, user_agent: info.userAgent,
        ...(trace === undefined ? undefined : { trace_id: trace.traceId, span_id: trace.spanId }),
      });
    });
    answer(request, response, url).catch((thrown: unknown) => {
      // Its answer was given already, or nobody waits for one.
      if (response.writableEnded || response.destroyed) return;
      const error = asPolityError(thrown);
      if (error.kind === 'internal') logger.error('request failed', { request_id: info.id, error: thrown });
      if (response.headersSent) response.destroy();
      else {
        setCommonHeaders(response, http.requestIdHeader, info.id);
        refuse(request, response, error);
      }
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const handler = routes.find(request.method ?? 'GET', url.pathname);
    if (typeof handler !== 'function' || handler.writesHead !== true) setCommonHeaders(response, http.requestIdHeader, infoOf(request).id);
    if (cors.handle(request, response)) return;
    if (handler === undefined) throw new PolityError('ROUTE_UNKNOWN', 'There is nothing at this address.');
    if (handler === 'method') {
      response.setHeader('allow', routes.methods(url.pathname).join(', '));
      throw new PolityError('METHOD_NOT_ALLOWED', 'This address does not take this method.');
    }
    await handler(request, response, url);
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex) => {
    (request as Accepted)[INFO] = reader.read(request);
    // Nobody else would ever end the connection.
    if (server.listenerCount('upgrade') === 1) stream.destroy();
  });
  return server;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: PolityError): void {
  sendError(response, error);
  if (request.complete) return;
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, LINGER_MS).unref();
}

function overtime(response: ServerResponse, begin: () => void): void {
  if (isEventStream(response)) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  begin();
  sendError(response, new PolityError('REQUEST_TIMEOUT', 'The operation took too long.'));
}

function parseUrl(url: string | undefined): URL {
  return URL.parse(url ?? '/', 'http://server') ?? new URL('http://server/invalid');
}
