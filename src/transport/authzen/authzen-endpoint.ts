import type { IncomingMessage, ServerResponse } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { isDenial } from '../../graphql/index.js';
import { holdsSomewhere, isAuthenticated, type Evaluation, type EvaluationAnswer, type Evaluations, type RequestContext } from '../../system/shared/contracts/index.js';
import { sendJson } from '../http/respond.js';
import { recordDenial } from '../operation-results.js';
import { decisionBody, errorBody, type DecisionBody } from './decision-body.js';
import { readEvaluation, readEvaluations, type AskedEvaluation } from './read-evaluations.js';
import type { JsonObject } from './read-fields.js';
import { readRequest } from './read-request.js';

/** Permission key of asking; the guard of every operation. */
const CHECK_KEY = 'authz:check';

/** What the endpoints answer from. */
export interface AuthzenParts {
  readonly evaluations: () => Evaluations;
  readonly contextOf: (request: IncomingMessage) => Promise<RequestContext>;
  readonly maxBodyBytes: number;
  /** Spends what is about to be asked. @throws PolityError `RATE_LIMITED` */
  readonly spend: (context: RequestContext, cost: number) => Promise<void> | undefined;
}

/** One answered request, with what was asked. */
export type AuthzenOperation = (body: JsonObject, context: RequestContext) => Promise<object>;

/** `POST /access/v1/*`: AuthZEN Authorization API 1.0. The guard is that of `check`, and so is the decision. */
export class AuthzenEndpoint {
  constructor(private readonly parts: AuthzenParts) {}

  /** Runs one operation over the guard of them all. @param path - address of the operation, as it is named in the log */
  async handle(path: string, operation: AuthzenOperation, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const context = await this.parts.contextOf(request);
    if (!isAuthenticated(context.caller)) throw new PolityError('AUTHENTICATION_REQUIRED', 'Send an API key or an access token.');
    try {
      if (!holdsSomewhere(context.caller, CHECK_KEY, context.request.now)) {
        throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${CHECK_KEY}.`, { details: { permission: CHECK_KEY } });
      }
      sendJson(response, 200, await operation(await readRequest(request, this.parts.maxBodyBytes), context));
    } catch (error) {
      if (error instanceof PolityError && isDenial(error.code)) {
        response.setHeader('www-authenticate', `Bearer error="insufficient_scope", scope="${CHECK_KEY}"`);
        await recordDenial(context, [path], { name: path, type: 'authzen' }, error.code);
      }
      throw error;
    }
  }

  /** `/access/v1/evaluation` */
  readonly evaluation: AuthzenOperation = (body, context) => this.evaluateOne(body, context);

  /** `/access/v1/evaluations` */
  readonly evaluations: AuthzenOperation = async (body, context) => {
    const asked = readEvaluations(body);
    if (asked === undefined) return this.evaluateOne(body, context);
    const { items, stopAt } = asked;
    await this.parts.spend(context, items.length);
    const end = stopAt === 'DENY' ? items.findIndex((item) => item instanceof PolityError) : -1;
    const kept = end < 0 ? items : items.slice(0, end + 1);
    const wellFormed = kept.filter((item): item is AskedEvaluation => !(item instanceof PolityError));
    const answers = wellFormed.length === 0 ? [] : await this.ask(context, wellFormed.map(({ question }) => question), stopAt);
    const evaluations: DecisionBody[] = [];
    const denied = new Map<string, string>();
    let next = 0;
    for (const item of kept) {
      const outcome = item instanceof PolityError ? item : answers[next++];
      if (outcome === undefined) break;
      if (outcome instanceof PolityError && isDenial(outcome.code)) denied.set(outcome.code, '/access/v1/evaluations.@');
      evaluations.push(outcome instanceof PolityError ? errorBody(outcome) : await bodyOf(item as AskedEvaluation, outcome));
      if (stopAt !== undefined && evaluations.at(-1)?.decision === (stopAt === 'ALLOW')) break;
    }
    for (const [code, path] of denied) await recordDenial(context, [path], { name: '/access/v1/evaluations', type: 'authzen' }, code);
    return { evaluations };
  };

  private async evaluateOne(body: JsonObject, context: RequestContext): Promise<DecisionBody> {
    const asked = readEvaluation(body);
    await this.parts.spend(context, 1);
    const [outcome] = await this.ask(context, [asked.question]);
    if (outcome === undefined || outcome instanceof PolityError) throw outcome ?? new PolityError('INTERNAL_ERROR', 'A question has one answer.');
    return asked.receipt ? bodyOf(asked, outcome) : decisionBody(outcome);
  }

  private ask(context: RequestContext, questions: readonly Evaluation[], stopAt?: 'ALLOW' | 'DENY'): Promise<readonly (EvaluationAnswer | PolityError)[]> {
    return this.parts.evaluations().evaluate(context, questions, stopAt);
  }
}

async function bodyOf({ receipt }: AskedEvaluation, answer: EvaluationAnswer): Promise<DecisionBody> {
  return decisionBody(answer, receipt ? await answer.receipt() : undefined);
}
