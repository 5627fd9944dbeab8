import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { PolityError } from '../../kernel/errors/index.js';
import { formatError, type ReportInternal } from '../../graphql/index.js';
import { metricsRef, type RequestContext } from '../../system/shared/contracts/index.js';
import { sendJson } from '../http/respond.js';
import { OperationResults } from '../operation-results.js';
import { isRefused, type OperationPreparer, type PreparedOperation } from '../prepare-operation.js';
import { EventWriter, eventSink } from './event-writer.js';
import { readOperation } from './read-operation.js';

/** `GET` and `POST /graphql/stream`: one operation over server-sent events, in the distinct-connections mode of graphql-sse. */
export class SseEndpoint {
  private readonly open = new Set<() => void>();
  private closing = false;

  constructor(
    private readonly preparer: OperationPreparer,
    private readonly mostBodyBytes: number,
    private readonly report: ReportInternal,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL, context: RequestContext): Promise<void> {
    const prepared = await this.preparer.prepare(await readOperation(request, url, this.mostBodyBytes), context);
    if (isRefused(prepared)) {
      context.services.get(metricsRef).countGraphqlOperation('unknown', 'invalid');
      const { status = 400, headers = [] } = httpOf(prepared);
      for (const [name, value] of headers) response.setHeader(name, value);
      sendJson(response, status, { errors: prepared.map((error) => formatError(error.toJSON(), error, this.report)) });
      return;
    }
    if (request.method === 'GET' && prepared.operation.operation === 'mutation') {
      response.setHeader('allow', 'POST');
      throw new PolityError('METHOD_NOT_ALLOWED', 'Use POST for mutations.');
    }
    await this.run(prepared, response, context);
  }

  /** Ends all streams. They are broken off, not completed: their readers connect again, to another node. */
  async close(): Promise<void> {
    this.closing = true;
    for (const stop of this.open) stop();
  }

  private async run(prepared: PreparedOperation, response: ServerResponse, context: RequestContext): Promise<void> {
    const results = new OperationResults(context, { name: prepared.operation.name?.value, type: prepared.operation.operation }, this.report);
    const outcome = await results.run(prepared, prepared.operation.operation === 'subscription' ? eventSink(response) : undefined);
    const writer = new EventWriter(response);
    if (Symbol.asyncIterator in outcome) await this.stream(outcome, results, response, writer);
    else await writer.next(outcome);
    if (this.closing) writer.breakOff();
    else writer.complete();
  }

  private async stream(events: AsyncGenerator<FormattedExecutionResult, void, void>, results: OperationResults, response: ServerResponse, writer: EventWriter): Promise<void> {
    const stop = (): void => {
      events.return().catch(this.report);
    };
    this.open.add(stop);
    response.once('close', stop);
    // The reader may have left, or the server begun to stop, while the source was being opened.
    if (response.destroyed || this.closing) stop();
    try {
      for await (const result of events) await writer.next(result);
    } catch (error) {
      await writer.next({ errors: await results.failure(error) });
    } finally {
      this.open.delete(stop);
      response.off('close', stop);
    }
  }
}

// What a refusal says of its own answer; most say nothing.
function httpOf([error]: readonly GraphQLError[]): { readonly status?: number; readonly headers?: ReadonlyMap<string, string> } {
  const http = error?.extensions['http'] as { readonly status?: number; readonly headers?: ReadonlyMap<string, string> } | undefined;
  return http?.headers === undefined ? {} : http;
}
