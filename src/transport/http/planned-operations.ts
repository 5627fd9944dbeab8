import { getVariableValues, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { costOf, formatError, mayTrace, type DocumentGate, type DocumentRequest, type OpenedDocument, type OperationPlans, type Plan, type ReportInternal } from '../../graphql/index.js';
import type { Metrics } from '../../observability/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { asksForCost } from '../asks-for-cost.js';
import { asksForTrace } from '../asks-for-trace.js';
import type { AdmittedCost, OperationCosts } from '../operation-costs.js';
import { asOperationError, type RateLimits } from '../rate-limits/index.js';
import { outcomeOf } from '../operation-outcome.js';
import { recordOperation } from '../operation-span.js';
import { OperationResults } from '../operation-results.js';
import { statusOf } from './answer-status.js';
import type { OperationParameters } from './operation-parameters.js';

/** An answer in JSON. */
export interface PlannedAnswer {
  readonly status: number;
  readonly text: string;
  /** Names and values beside those of every answer, one after the other. */
  readonly headers?: readonly string[];
}

/** Headers that an answer depends on. */
export interface PlannedHeaders {
  readonly accept: string | undefined;
  readonly cost: string | readonly string[] | undefined;
  readonly trace: string | readonly string[] | undefined;
}

/** What planned operations run on. */
export interface PlannedOperationsOptions {
  readonly documents: DocumentGate;
  readonly plans: OperationPlans;
  readonly costs: OperationCosts;
  readonly rates: RateLimits;
  /** An operation of which a caller is denied anything is refused as a whole. */
  readonly strictAuthorization: boolean;
  readonly metrics: Metrics;
  readonly report: ReportInternal;
  /** Admits an operation that nobody has sent before, if it may be. */
  readonly admit?: (text: string, operationName: string | undefined) => void;
}

/**
 * Answers operations that were admitted before, without the way through Apollo. What was decided at admission depends on the document
 * alone; everything that depends on variables, caller or method is decided here, each time. Whatever would be refused is left to Apollo,
 * which refuses it.
 */
export class PlannedOperations {
  constructor(private readonly options: PlannedOperationsOptions) {}

  /** @returns undefined when the operation has to go the long way */
  answer(parameters: OperationParameters, context: RequestContext, headers: PlannedHeaders): PlannedAnswer | Promise<PlannedAnswer> | undefined {
    // A plan decides guards once, and has nothing to tell of each field.
    if (headers.trace !== undefined && asksForTrace(headers.trace, undefined) && mayTrace(context)) return undefined;
    const { variables, isGet } = parameters;
    const { spans } = context.request;
    if (spans !== undefined) spans.planned = { startedAt: performance.now() };
    const opened = this.open(parameters.document, context);
    const plan = opened === undefined ? undefined : this.plan(opened.text, parameters.operationName);
    if (opened === undefined || plan === undefined || (isGet && plan.operation.operation !== 'query')) return undefined;
    if (this.options.strictAuthorization && !plan.allowsAll(context)) return undefined;
    const coerced = coercedVariables(plan, variables);
    const cost = costOf(plan.schema, plan.document, plan.operation);
    const run = coerced === undefined ? undefined : plan.prepare(context, coerced);
    if (run === undefined || !this.runs(opened, plan)) return undefined;
    const admitted = this.options.costs.admitAlone(cost, parameters, context);
    if (admitted === undefined) return undefined;
    this.options.metrics.countPlanHit(plan.operation.operation);
    if (spans?.planned !== undefined) spans.planned.cost = admitted.estimated;
    const reported = asksForCost(headers.cost, undefined) ? admitted : undefined;
    try {
      const waiting = this.options.rates.admit(context, admitted.estimated, plan.operation);
      if (waiting !== undefined) return this.finishAfter(waiting, run, plan, context, headers.accept, reported);
    } catch (error) {
      return this.limited(error, plan, context);
    }
    const running = run();
    return running instanceof Promise ? this.finish(running, plan, context, headers.accept, reported) : this.told(running, plan, context, headers.accept, reported);
  }

  private async finishAfter(waiting: Promise<void>, run: () => ExecutionResult | Promise<ExecutionResult>, plan: Plan, context: RequestContext, accept: string | undefined, reported: AdmittedCost | undefined): Promise<PlannedAnswer> {
    try {
      await waiting;
    } catch (error) {
      return this.limited(error, plan, context);
    }
    return this.told(await run(), plan, context, accept, reported);
  }

  // Who sends too much is refused the short way as well.
  private limited(thrown: unknown, plan: Plan, context: RequestContext): PlannedAnswer {
    const { error, status, retryAfter } = asOperationError(thrown);
    const errors = [formatError(error.toJSON(), error, this.options.report)];
    this.ended(plan, context, errors);
    return { status, text: textOf({ errors }), headers: ['retry-after', retryAfter] };
  }

  private ended({ operation, document }: Plan, { request: { spans } }: RequestContext, errors?: readonly GraphQLFormattedError[]): void {
    this.options.metrics.countGraphqlOperation(operation.operation, outcomeOf(errors));
    if (spans?.planned === undefined) return;
    const { startedAt, cost } = spans.planned;
    recordOperation(spans, { startedAt, cost, type: operation.operation, name: operation.name?.value, document: document.loc?.source.body, planned: true }, errors);
  }

  private open(request: DocumentRequest, context: RequestContext): OpenedDocument | undefined {
    try {
      return this.options.documents.open(request, context);
    } catch {
      return undefined;
    }
  }

  private runs(opened: OpenedDocument, { document, operation }: Plan): boolean {
    try {
      this.options.documents.admit(opened, document, operation);
      return true;
    } catch {
      return false;
    }
  }

  private plan(text: string, operationName: string | undefined): Plan | undefined {
    const { plans, admit } = this.options;
    const known = plans.find(text, operationName);
    if (known !== undefined || admit === undefined) return known;
    admit(text, operationName);
    return plans.find(text, operationName);
  }

  private async finish(running: Promise<ExecutionResult>, plan: Plan, context: RequestContext, accept: string | undefined, reported: AdmittedCost | undefined): Promise<PlannedAnswer> {
    return this.told(await running, plan, context, accept, reported);
  }

  // Most answers are there at once and have no errors: nobody waits for a promise then.
  private told(result: ExecutionResult, plan: Plan, context: RequestContext, accept: string | undefined, reported: AdmittedCost | undefined): PlannedAnswer | Promise<PlannedAnswer> {
    if (result.errors !== undefined) return this.toldWithErrors(result, plan, context, accept, reported);
    this.ended(plan, context);
    const { data } = result;
    return { status: 200, text: textOf(reported === undefined ? { data } : reported.report({ data })) };
  }

  private async toldWithErrors({ data, errors: found = [] }: ExecutionResult, plan: Plan, context: RequestContext, accept: string | undefined, reported: AdmittedCost | undefined): Promise<PlannedAnswer> {
    const { report } = this.options;
    const { operation } = plan;
    const results = new OperationResults(context, { name: operation.name?.value, type: operation.operation }, report);
    try {
      const { errors = [] } = await results.settle({ errors: found });
      this.ended(plan, context, errors);
      return { status: statusOf(errors, 200, accept) ?? 200, text: textOf(reported === undefined ? { errors, data } : reported.report({ errors, data })) };
    } catch (error) {
      // A denial that cannot be recorded is not answered with what else was read.
      const errors = [formatError({ message: '' }, error, report)];
      this.ended(plan, context, errors);
      return { status: statusOf(errors, 500, accept) ?? 500, text: textOf({ errors }) };
    }
  }
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({});

function coercedVariables({ operation, schema }: Plan, variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  if (operation.variableDefinitions === undefined || operation.variableDefinitions.length === 0) return NO_VARIABLES;
  return getVariableValues(schema, operation.variableDefinitions, variables, { maxErrors: 1 }).coerced;
}

// As Apollo ends its answers.
function textOf(answer: object): string {
  return `${JSON.stringify(answer)}\n`;
}
