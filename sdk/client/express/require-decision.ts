import type { Decision } from '../decision.js';
import { isPolityClientError } from '../errors/index.js';
import { isRequestId } from '../http/request-id.js';
import type { PolityClient } from '../polity-client.js';
import type { Actor, InlineResource } from '../questions.js';
import type { DecisionRequest, DecisionResponse } from './http-shapes.js';

type Awaitable<Value> = Value | Promise<Value>;

/** How one route is protected. */
export interface RequireDecisionOptions<Request extends DecisionRequest, Response extends DecisionResponse> {
  readonly client: Pick<PolityClient, 'check'>;
  /** Key of the action, such as `approve`. */
  readonly action: string;
  /** Key of the resource type, such as `expense_report`. */
  readonly resourceType: string;
  /** Id of the resource that the request is about. */
  readonly resourceId: (request: Request) => Awaitable<string>;
  /** Who acts, from the session of the application; nothing when nobody is signed in. */
  readonly actor: (request: Request) => Awaitable<Actor | undefined | null>;
  /** Facts of a resource that Polity does not store (API keys only). */
  readonly resource?: (request: Request) => Awaitable<InlineResource | undefined>;
  /** Answers a denied request instead of the middleware. */
  readonly onDeny?: (decision: Decision, request: Request, response: Response) => Awaitable<unknown>;
  /**
   * Called with what kept the decision from being made: an error of the client, or one that a function above threw. It may log, and
   * it may answer; what it leaves unanswered the middleware answers.
   */
  readonly onError?: (error: unknown, request: Request, response: Response) => Awaitable<unknown>;
}

/**
 * Makes an Express middleware that asks Polity before the handler runs. The handler runs after an `ALLOW` and never otherwise:
 * no actor is 401, a deny 403, an impossible resource id 400, a Polity that gives no decision 503, a failing function of the
 * application 500.
 */
export function requireDecision<Request extends DecisionRequest, Response extends DecisionResponse>(
  options: RequireDecisionOptions<Request, Response>,
): (request: Request, response: Response, next: () => void) => Promise<void> {
  return async (request, response, next) => {
    let decision: Decision | undefined;
    try {
      decision = await decide(options, request);
      if (decision === undefined) response.status(401).json({ error: 'unauthenticated' });
      else await settle(options, decision, request, response);
    } catch (error) {
      return fail(options, error, request, response);
    }
    if (decision?.decision === 'ALLOW') next();
  };
}

async function decide<Request extends DecisionRequest>(
  { client, action, resourceType, resourceId, actor, resource }: RequireDecisionOptions<Request, never>,
  request: Request,
): Promise<Decision | undefined> {
  const acting = await actor(request);
  if (acting === undefined || acting === null) return undefined;
  const sent = request.headers['x-request-id'];
  return client.check(
    { actor: acting, action, resourceType, resourceId: await resourceId(request), resource: await resource?.(request) },
    isRequestId(sent) ? { requestId: sent } : {},
  );
}

async function settle<Request extends DecisionRequest, Response extends DecisionResponse>(
  { onDeny }: RequireDecisionOptions<Request, Response>,
  decision: Decision,
  request: Request,
  response: Response,
): Promise<void> {
  request.polity = decision;
  response.locals.polity = decision;
  if (decision.decision === 'ALLOW') return;
  if (onDeny !== undefined) {
    await onDeny(decision, request, response);
    return;
  }
  const { denyCode, reason, traceId } = decision;
  response.status(403).json({ error: 'forbidden', denyCode, reason, traceId });
}

async function fail<Request extends DecisionRequest, Response extends DecisionResponse>(
  { onError }: RequireDecisionOptions<Request, Response>,
  error: unknown,
  request: Request,
  response: Response,
): Promise<void> {
  try {
    await onError?.(error, request, response);
  } catch {
    // A hook that fails changes nothing: the request gets its answer and the handler does not run.
  }
  if (!response.headersSent) answer(error, response);
}

function answer(error: unknown, response: DecisionResponse): void {
  if (!isPolityClientError(error)) {
    response.status(500).json({ error: 'internal' });
    return;
  }
  if (error.code === 'VALIDATION_FAILED' && error.path?.at(-1) === 'resourceId') {
    response.status(400).json({ error: 'invalid_request', code: error.code, requestId: error.requestId });
    return;
  }
  if (error.retryAfter !== undefined) response.setHeader('retry-after', String(error.retryAfter));
  response.status(503).json({ error: 'authorization_unavailable', code: error.code, requestId: error.requestId });
}
