import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import type { Logger, Metrics } from '../../observability/index.js';
import type { RequestInfo } from '../../system/shared/contracts/index.js';
import type { Settings } from '../../config/index.js';
import { Cors } from './cors.js';
import { RequestInfoReader } from './request-info.js';
import { asPolityError, sendError, setCommonHeaders } from './respond.js';
import type { RouteTable } from './route-table.js';

const requests = new WeakMap<IncomingMessage, RequestInfo>();

/** Facts of a request that the server has accepted. */
export function infoOf(request: IncomingMessage): RequestInfo {
  const info = requests.get(request);
  if (info === undefined) throw new Error('the request did not come through the HTTP server');
  return info;
}

/** What the HTTP server runs on. */
export interface HttpServerOptions {
  readonly settings: Settings;
  readonly routes: RouteTable;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** The HTTP server: facts, headers, routing, errors and the access log of every request. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { settings, routes, logger, metrics } = options;
  const reader = new RequestInfoReader(settings.http.requestIdHeader, settings.http.trustedProxies, options.now);
  const cors = new Cors(settings.http.corsOrigins);
  const server = createServer({
    requestTimeout: settings.http.requestTimeoutMs,
    headersTimeout: settings.http.headersTimeoutMs,
    keepAliveTimeout: settings.http.keepAliveTimeoutMs,
    maxHeaderSize: 16_384,
  }, (request, response) => {
    const began = performance.now();
    const info = reader.read(request);
    requests.set(request, info);
    const url = parseUrl(request.url);
    setCommonHeaders(response, settings.http.requestIdHeader, info.id);
    response.on('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const found = routes.find(request.method ?? 'GET', url.pathname);
      metrics.observeHttpRequest({ method: request.method ?? 'GET', route: typeof found === 'function' ? url.pathname : 'unmatched', status: response.statusCode, seconds });
      logger.info('request', {
        request_id: info.id, method: request.method, path: url.pathname, status: response.statusCode,
        latency_ms: Math.round(seconds * 1e5) / 100, remote_ip: info.ip, user_agent: info.userAgent,
      });
    });
    void answer(request, response, url).catch((thrown: unknown) => {
      const error = asPolityError(thrown);
      if (error.kind === 'internal') logger.error('request failed', { request_id: info.id, error: thrown });
      if (response.headersSent) response.destroy();
      else sendError(response, error);
      // The rest of a body that was refused is not worth reading.
      if (!request.complete) response.once('finish', () => request.destroy());
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (cors.handle(request, response)) return;
    const handler = routes.find(request.method ?? 'GET', url.pathname);
    if (handler === undefined) throw new PolityError('ROUTE_NOT_FOUND', 'There is nothing at this address.');
    if (handler === 'method') throw new PolityError('METHOD_NOT_ALLOWED', 'This address does not take this method.');
    await handler(request, response, url);
  }
  return server;
}

function parseUrl(url: string | undefined): URL {
  return URL.parse(url ?? '/', 'http://server') ?? new URL('http://server/invalid');
}
