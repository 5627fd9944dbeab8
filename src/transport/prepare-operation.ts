import {
  execute, getOperationAST, GraphQLError, parse, specifiedRules, validate, type DocumentNode, type ExecutionResult, type OperationDefinitionNode,
} from 'graphql';
import {
  assertIntrospection, introspects, malformed, mayTrace, MOST_REQUEST_ERRORS, operationLimits, strictRefusal, viewExecution, withoutSuggestions, type DocumentGate, type DocumentRequest,
  OperationPlans, type OpenedDocument, type OperationLimits, type SchemaViews, type ViewExecution,
} from '../graphql/index.js';
import type { RequestContext } from '../system/shared/contracts/index.js';
import type { Seat } from './lanes/frame-sink.js';
import { StreamLanes } from './lanes/stream-lanes.js';
import type { LiveSchema } from './live-schema.js';
import { openSubscription, type BeginRun } from './open-subscription.js';
import { traceOperation } from './operation-trace.js';
import { OperationCosts, type AdmittedCost, type CostBounds } from './operation-costs.js';
import { admitOperation, type RateLimits } from './rate-limits/index.js';
import { RunningSubscriptions } from './running-subscriptions.js';

const KNOWN_LIMITS = { mostOperations: 1_000, mostCharacters: 4_000_000 };

/** An operation as a client sends it, with its document or the name of it. */
export interface OperationRequest extends DocumentRequest {
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  /** True when answers shall say what they cost. */
  readonly reportsCost?: boolean;
  /** True when answers shall say how their guarded fields were decided, to callers who may know. */
  readonly reportsTrace?: boolean;
}

/** An operation that passed everything that is decided before it runs. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Estimated; absent for what was refused before it was priced. */
  readonly cost?: number;
  /**
   * Runs it: a stream for a subscription, a result otherwise.
   *
   * @param seat - of a subscription that may share its execution: events may then be written there instead of coming out of the stream
   */
  run(seat?: Seat): Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>>;
}

/** How operations that do not come through Apollo are bounded: the same limits. */
export interface OperationBounds extends OperationLimits, CostBounds {
  readonly maxTokens: number;
  readonly introspection: boolean;
  readonly strictAuthorization: boolean;
}

/** Prepares operations of WebSocket and SSE with the rules that Apollo applies to the others. */
export class OperationPreparer {
  private readonly rules;
  private readonly costs;
  private readonly subscriptions;
  private readonly lanes = new StreamLanes();
  /** Subscriptions that were admitted, with their plans: the same document is one for all who send it. */
  private readonly known: OperationPlans;

  constructor(
    private readonly live: LiveSchema,
    private readonly bounds: OperationBounds,
    private readonly views: SchemaViews,
    private readonly documents: DocumentGate,
    private readonly rates: RateLimits,
  ) {
    this.rules = [...specifiedRules, ...operationLimits(bounds)];
    this.costs = new OperationCosts(bounds);
    this.subscriptions = new RunningSubscriptions(live);
    this.known = new OperationPlans(live.current, KNOWN_LIMITS);
    live.onChange((schema) => this.known.clear(schema));
  }

  /** Gives the errors of an operation that must not run. */
  async prepare(request: OperationRequest, context: RequestContext): Promise<PreparedOperation | readonly GraphQLError[]> {
    const schema = this.live.current;
    const hideSuggestions = !this.bounds.introspection;
    let opened: OpenedDocument | undefined;
    try {
      opened = this.documents.open(request, context);
    } catch (error) {
      return [error as GraphQLError];
    }
    if (opened === undefined) return [malformed('query', 'is missing.')];
    const operationName = request.operationName ?? undefined;
    const known = this.known.find(opened.text, operationName);
    const read = known ?? this.read(opened.text, context);
    if (isRefused(read)) return read;
    const { document } = read;
    const operation = known?.operation ?? getOperationAST(document, operationName);
    let onView: ViewExecution | undefined;
    try {
      this.documents.admit(opened, document, operation ?? undefined);
      assertIntrospection(document, context, this.bounds.introspection);
      if (operation) onView = viewExecution(this.views, document, operation, context);
    } catch (error) {
      return [error as GraphQLError];
    }
    if (operation === null || operation === undefined) return [new GraphQLError('The document has no such operation.', { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })];
    const refusal = this.bounds.strictAuthorization ? strictRefusal(schema, document, operation, context) : undefined;
    if (refusal !== undefined) return { document, operation, run: async () => ({ errors: [refusal] }) };
    let cost: AdmittedCost;
    try {
      cost = this.costs.admitOperation(schema, document, operation, request, context);
      await admitOperation(this.rates, context, cost.estimated, operation);
    } catch (error) {
      return [error as GraphQLError];
    }
    const begin: BeginRun = (runContext) => {
      const trace = request.reportsTrace === true && mayTrace(runContext) ? traceOperation({ schema, document, operation, variables: request.variables }, runContext) : undefined;
      return (result) => {
        const priced = request.reportsCost === true ? cost.report(result) : result;
        return trace === undefined ? priced : trace(priced);
      };
    };
    const runOnce = async (execution: () => ExecutionResult | Promise<ExecutionResult>): Promise<ExecutionResult> => {
      const finish = begin(context);
      return finish(await execution());
    };
    const args = { schema, document, operationName: request.operationName, variableValues: request.variables, contextValue: context, hideSuggestions };
    if (onView !== undefined) return { document, operation, cost: cost.estimated, run: () => runOnce(() => onView(args)) };
    if (operation.operation !== 'subscription') return { document, operation, cost: cost.estimated, run: () => runOnce(() => execute(args)) };
    const { text } = opened;
    if (known === undefined && !introspects(document)) this.known.admit({ schema, text, operationName, document, operation });
    const mayShare = request.reportsCost !== true && request.reportsTrace !== true;
    return { document, operation, cost: cost.estimated, run: async (seat) => {
      if (this.live.current !== schema) return this.startAnew(request, context, seat);
      const plan = mayShare && seat !== undefined ? this.known.find(text, operationName) : undefined;
      return openSubscription({ ...args, operation, begin, share: plan === undefined || seat === undefined ? undefined : { plan, seat, lanes: this.lanes } }, this.subscriptions);
    } };
  }

  /** Admits an operation that passes everything that is decided by its document alone. */
  admit(text: string, operationName: string | undefined, plans: OperationPlans): void {
    const schema = this.live.current;
    try {
      const document = parse(text, { maxTokens: this.bounds.maxTokens });
      const operation = getOperationAST(document, operationName);
      const isForPlans = operation !== null && operation !== undefined && operation.operation !== 'subscription' && !introspects(document);
      if (isForPlans && validate(schema, document, this.rules).length === 0) plans.admit({ schema, text, operationName, document, operation });
    } catch {
      // What cannot be parsed is refused where it is executed.
    }
  }

  // The schema was swapped between the preparation of a subscription and its beginning.
  private async startAnew(request: OperationRequest, context: RequestContext, seat: Seat | undefined): ReturnType<PreparedOperation['run']> {
    const prepared = await this.prepare(request, context);
    return isRefused(prepared) ? { errors: prepared } : prepared.run(seat);
  }

  private read(text: string, context: RequestContext): { readonly document: DocumentNode } | readonly GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(text, { maxTokens: this.bounds.maxTokens });
    } catch (error) {
      return [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')];
    }
    const errors = validate(this.live.current, document, this.rules, { maxErrors: MOST_REQUEST_ERRORS, hideSuggestions: !this.bounds.introspection });
    return errors.length > 0 ? this.invalid(errors, context) : { document };
  }

  private invalid(errors: readonly GraphQLError[], context: RequestContext): readonly GraphQLError[] {
    const mayBeNamed = this.bounds.introspection && this.views.seesEverything(context);
    return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED', mayBeNamed ? error.message : withoutSuggestions(error.message)));
  }
}

/** True for errors, false for an operation that may run. */
export function isRefused(prepared: object | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}

function withCode(error: GraphQLError, code: string, message = error.message): GraphQLError {
  return new GraphQLError(message, { nodes: error.nodes, source: error.source, positions: error.positions, extensions: { code, ...error.extensions } });
}
