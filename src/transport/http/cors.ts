import type { IncomingMessage, ServerResponse } from 'node:http';

import { COST_HEADER } from '../asks-for-cost.js';
import { TRACE_HEADER } from '../asks-for-trace.js';
import { API_KEY_HEADER } from './credentials.js';

/** Cross-origin access: off unless origins are set, never for any origin, never with ambient credentials. */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  constructor(
    origins: readonly string[],
    private readonly requestIdHeader: string,
  ) {
    this.origins = new Set(origins);
  }

  /** Adds the headers for an allowed origin; gives true when the request was a preflight and is answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (this.origins.size > 0) response.setHeader('vary', 'Origin');
    if (origin !== undefined && this.origins.has(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', this.requestIdHeader);
    }
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
    if (origin !== undefined && this.origins.has(origin)) {
      response.setHeader('access-control-allow-methods', 'GET, POST');
      response.setHeader('access-control-allow-headers', `authorization, content-type, ${API_KEY_HEADER}, ${COST_HEADER}, ${TRACE_HEADER}, ${this.requestIdHeader}`);
      response.setHeader('access-control-max-age', '600');
    }
    response.statusCode = 204;
    response.end();
    return true;
  }
}
