import { invariant } from '../kernel/errors/index.js';
import { newId } from '../kernel/ids/index.js';
import { serviceValue, type ServiceContainer } from '../kernel/services/index.js';
import { requestContextRef, RequestSlot, type Caller, type RequestContext, type RequestInfo } from '../system/shared/contracts/index.js';

const containers = new RequestSlot<ServiceContainer>();

/** Makes the context of one request: its facts, its caller, its services. */
export function createRequestContext(container: ServiceContainer, request: RequestInfo, caller: Caller): RequestContext {
  const context = { request, caller } as { -readonly [K in keyof RequestContext]: RequestContext[K] };
  context.services = container.requestScope([serviceValue(requestContextRef, context)]);
  containers.set(context, container);
  return context;
}

/** The context of a request that asks for nothing but services of the process. It costs nothing to make. */
export function processContext(container: ServiceContainer, request: RequestInfo, caller: Caller): RequestContext {
  return { request, caller, services: container.process };
}

/**
 * The context of one event of a subscription: its caller and clock as they are now, and request services of its own, so that
 * nothing that was decided or loaded for an earlier event is used again.
 */
export function contextOfEvent(context: RequestContext): RequestContext {
  const { request, caller } = context;
  const container = containers.of(context);
  invariant(container, 'The context of a subscription was made elsewhere.');
  return createRequestContext(container, request, caller);
}

/** Facts of a request that the server makes for itself. */
export function ownRequest(now: number): RequestInfo {
  return { id: newId('req'), now };
}
