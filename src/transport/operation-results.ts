import { GraphQLError, type ExecutionResult, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { formatError, gatherDenied, type ReportInternal } from '../graphql/index.js';
import { denialLogRef, metricsRef, type RequestContext } from '../system/shared/contracts/index.js';
import type { FrameSink } from './lanes/frame-sink.js';
import { mapEvents } from './map-events.js';
import { outcomeOf } from './operation-outcome.js';
import type { PreparedOperation } from './prepare-operation.js';
import { recordOperation } from './operation-span.js';

/** How an operation is named in the audit log. */
export interface OperationLabel {
  readonly name?: string | null;
  readonly type: string;
}

/** A finished answer to an event that many get, and the paths of it that were denied. */
export interface SharedResult {
  readonly result: FormattedExecutionResult;
  readonly denied: readonly string[];
}

/** A finished answer, or a stream of them. */
export type SettledOutcome = FormattedExecutionResult | AsyncGenerator<FormattedExecutionResult, void, void>;

/**
 * Finishes the errors of one operation: one error per denied field, and one audit event for what was denied. A stream that is denied
 * the same field in every event leaves one event too; a subscriber of the audit log would otherwise feed itself for ever.
 */
export class OperationResults {
  private readonly recorded = new Set<string>();

  constructor(
    private readonly context: RequestContext,
    private readonly operation: OperationLabel,
    private readonly report: ReportInternal,
  ) {}

  /**
   * Runs a prepared operation and finishes every answer of it. Never rejects, except that a stream that fails throws what it failed with.
   *
   * @param sink - where answers that many get are written; without one, each is this operation's own
   */
  async run(prepared: PreparedOperation, sink?: FrameSink): Promise<SettledOutcome> {
    const { spans } = this.context.request;
    const startedAt = spans === undefined ? 0 : performance.now();
    const outcome = await this.outcomeOf(prepared, sink);
    const errors = Symbol.asyncIterator in outcome ? undefined : outcome.errors;
    this.context.services.get(metricsRef).countGraphqlOperation(prepared.operation.operation, outcomeOf(errors));
    const { document, operation: { operation: type, name }, cost } = prepared;
    // A stream may live for days: its span is its opening.
    if (spans !== undefined) recordOperation(spans, { startedAt, type, name: name?.value, document: document.loc?.source.body, cost, planned: false }, errors);
    return outcome;
  }

  private async outcomeOf(prepared: PreparedOperation, sink: FrameSink | undefined): Promise<SettledOutcome> {
    try {
      const outcome = await prepared.run(sink === undefined ? undefined : { sink, results: this });
      return Symbol.asyncIterator in outcome ? mapEvents(outcome, (result) => this.settleEvent(result)) : await this.settle(outcome);
    } catch (error) {
      return { errors: await this.failure(error) };
    }
  }

  private async settleEvent(result: ExecutionResult): Promise<FormattedExecutionResult> {
    this.context.services.get(metricsRef).countStreamDeliveries('own', 1);
    return this.settle(result);
  }

  /** The errors that end an operation which threw. */
  async failure(thrown: unknown): Promise<readonly GraphQLFormattedError[]> {
    const error = this.format(thrown);
    try {
      return await this.settleErrors([error]);
    } catch (failed) {
      return [this.format(failed)];
    }
  }

  /** Formats and finishes a result of graphql-js the way Apollo's answers are finished. */
  async settle(result: ExecutionResult): Promise<FormattedExecutionResult> {
    if (result.errors === undefined) return result as FormattedExecutionResult;
    return { ...result, errors: await this.settleErrors(result.errors.map((error) => this.format(error))) };
  }

  /** Finishes errors that are formatted already. */
  async settleErrors(errors: readonly GraphQLFormattedError[]): Promise<readonly GraphQLFormattedError[]> {
    const { errors: settled, denied } = gatherDenied(errors);
    const fresh = [...denied].filter(([path]) => !this.recorded.has(path));
    if (fresh.length === 0) return settled;
    await recordDenial(this.context, fresh.map(([path]) => path), this.operation, fresh[0]?.[1]);
    for (const [path] of fresh) this.recorded.add(path);
    return settled;
  }

  /** True when it is recorded already that all of these paths were denied. */
  hasRecorded(paths: readonly string[]): boolean {
    return paths.every((path) => this.recorded.has(path));
  }

  /** Finishes answers that many get, the same way; each of them records for itself what it was denied. */
  sharedFinish(): (result: ExecutionResult) => SharedResult {
    const { report } = this;
    return (result) => {
      if (result.errors === undefined) return { result: result as FormattedExecutionResult, denied: [] };
      const { errors, denied } = gatherDenied(result.errors.map((error) => format(error, report)));
      return { result: { ...result, errors }, denied: [...denied.keys()] };
    };
  }

  private format(thrown: unknown): GraphQLFormattedError {
    return format(thrown, this.report);
  }
}

function format(thrown: unknown, report: ReportInternal): GraphQLFormattedError {
  const error = located(thrown);
  return formatError(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error, report);
}

// The protocol library wraps what a stream threw, and the wrapper has no path.
function located(thrown: unknown): unknown {
  const inside = thrown instanceof GraphQLError && thrown.path === undefined ? thrown.originalError : undefined;
  return inside instanceof GraphQLError && inside.path !== undefined ? inside : thrown;
}

/** Writes the `access.denied` event of one operation, naming the paths. */
export async function recordDenial(context: RequestContext, paths: readonly string[], operation: OperationLabel, denyCode = 'UNAUTHORIZED_FIELD_OR_TYPE'): Promise<void> {
  await context.services.get(denialLogRef).record(context, {
    spaceId: context.caller.actor?.spaceId ?? '', operation: { id: operation.name ?? operation.type, type: operation.type }, paths, denyCode,
  });
}
