import { newId } from '../kernel/ids/index.js';
import { serviceValue, type ServiceContainer } from '../kernel/services/index.js';
import { requestContextRef, type Caller, type RequestContext, type RequestInfo } from '../system/shared/contracts/index.js';

/** Makes the context of one request: its facts, its caller, its services. */
export function createRequestContext(container: ServiceContainer, request: RequestInfo, caller: Caller): RequestContext {
  const context = { request, caller } as { -readonly [K in keyof RequestContext]: RequestContext[K] };
  context.services = container.requestScope([serviceValue(requestContextRef, context)]);
  return context;
}

/** Facts of a request that the server makes for itself. */
export function ownRequest(now: number): RequestInfo {
  return { id: newId('req'), now };
}
