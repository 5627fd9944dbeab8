import { GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { costOf, MOST_COST, type OperationCost } from '../graphql/index.js';
import { metricsRef, type RequestContext, type RequestInfo } from '../system/shared/contracts/index.js';
import type { OperationRequest } from './prepare-operation.js';

/** How costs of operations are bounded. */
export interface CostBounds {
  /** Most that one operation may cost, and all operations of a batch together. */
  readonly maxCost: number;
  /** Whether what is above is refused, or only counted. */
  readonly costMode: 'enforce' | 'measure';
}

/** What `extensions.cost` says of an answer. */
export interface CostReport {
  readonly estimated: number;
  readonly actual: number;
  readonly max: number;
}

/** An operation whose cost was admitted with its variables. */
export interface AdmittedCost {
  readonly estimated: number;
  /** Adds `extensions.cost` to an answer. */
  report<Result extends Pick<ExecutionResult, 'data' | 'extensions'>>(result: Result): Result;
}

/** What an operation is admitted with. */
export type CostedRequest = Pick<OperationRequest, 'variables'>;

/** Admits operations by their estimated cost: the same for every transport and for compiled plans, on each request anew. */
export class OperationCosts {
  // Operations of one batch share their request; Apollo gives each a copy of the context.
  private readonly spent = new WeakMap<RequestInfo, number>();

  constructor(private readonly bounds: CostBounds) {}

  /**
   * Admits an operation of a document.
   * @throws GraphQLError as {@link admit} does
   */
  admitOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, request: CostedRequest, context: RequestContext): AdmittedCost {
    return this.admit(costOf(schema, document, operation), request, context);
  }

  /** Admits an operation that is the only one of its request, as {@link admit} does; undefined where that would throw. */
  admitAlone(cost: OperationCost, { variables }: CostedRequest, context: RequestContext): AdmittedCost | undefined {
    const estimated = cost.fixed ?? estimateOf(cost, variables);
    if (estimated === undefined || (estimated > this.bounds.maxCost && this.bounds.costMode === 'enforce')) return undefined;
    this.count(cost, estimated, estimated, context);
    return this.admitted(cost, estimated, variables);
  }

  /**
   * Admits an operation whose cost is compiled. Those of one request add up: a batch may cost as much as one operation.
   * @throws GraphQLError `COST_ESTIMATED_TOO_EXPENSIVE`; `GRAPHQL_VALIDATION_FAILED` where a list misses its slicing argument
   */
  admit(cost: OperationCost, { variables }: CostedRequest, context: RequestContext): AdmittedCost {
    const { maxCost: max } = this.bounds;
    const estimated = cost.estimate(variables);
    const before = this.spent.get(context.request) ?? 0;
    const total = Math.min(before + estimated, MOST_COST);
    if (this.count(cost, estimated, total, context) === 'refused') {
      throw estimated > max ? tooExpensive('The operation', estimated, max) : tooExpensive('The operation, with those before it in its batch,', total, max);
    }
    this.spent.set(context.request, total);
    return this.admitted(cost, estimated, variables);
  }

  private count({ type }: OperationCost, estimated: number, total: number, context: RequestContext): 'admitted' | 'measured' | 'refused' {
    const metrics = context.services.get(metricsRef);
    metrics.observeOperationCost(type, estimated);
    if (total <= this.bounds.maxCost) return 'admitted';
    const outcome = this.bounds.costMode === 'enforce' ? 'refused' : 'measured';
    metrics.countCostExceeded(type, outcome);
    return outcome;
  }

  private admitted(cost: OperationCost, estimated: number, variables: CostedRequest['variables']): AdmittedCost {
    const { maxCost: max } = this.bounds;
    return { estimated, report: (result) => (result.data === undefined ? result : { ...result, extensions: { ...result.extensions, cost: { estimated, actual: cost.actual(result.data, variables), max } satisfies CostReport } }) };
  }
}

// Undefined where a list misses its slicing argument.
function estimateOf(cost: OperationCost, variables: CostedRequest['variables']): number | undefined {
  try {
    return cost.estimate(variables);
  } catch {
    return undefined;
  }
}

function tooExpensive(what: string, estimated: number, max: number): GraphQLError {
  return new GraphQLError(`${what} could cost ${estimated}; at most ${max} is accepted.`, { extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated, max }, http: { status: 400 } } });
}
