import type { RequestTrace } from '../../../observability/index.js';
import { createServiceRef, type ServiceScope } from '../../../kernel/services/index.js';
import type { Caller } from './caller.js';

/** Facts of one request, derived by the server; never taken from a body. */
export interface RequestInfo {
  /** Accepted from the caller (≤ 128 printable characters) or made; in the answer, the log and the audit row. */
  readonly id: string;
  /** Address of the client, behind trusted proxies. */
  readonly ip?: string;
  readonly userAgent?: string;
  /** Clock of the request in milliseconds since the epoch: every expiry of the request is compared with it. */
  readonly now: number;
  /** Absent where tracing is off. */
  readonly spans?: RequestTrace;
}

/** What a service method gets first: who asks, in which request, and the services of that request. */
export interface RequestContext {
  readonly request: RequestInfo;
  readonly caller: Caller;
  readonly services: ServiceScope;
}

/** The context of the request that a request service was made for: loaders get it from their scope. */
export const requestContextRef = createServiceRef<RequestContext>({ id: 'platform.request_context', scope: 'request' });
