import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { PolityError } from '../../kernel/errors/index.js';
import { formatError, type ReportInternal } from '../../graphql/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { readBody } from '../http/read-body.js';
import { sendJson } from '../http/respond.js';
import { settleResult } from '../operation-results.js';
import { isRefused, type OperationPreparer, type OperationRequest } from '../prepare-operation.js';

const HEARTBEAT_MS = 12_000;

/** `GET` and `POST /graphql/stream`: one operation over server-sent events, in the distinct-connections mode of graphql-sse. */
export class SseEndpoint {
  private readonly open = new Set<() => Promise<void>>();

  constructor(
    private readonly preparer: OperationPreparer,
    private readonly mostBodyBytes: number,
    private readonly report: ReportInternal,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL, context: RequestContext): Promise<void> {
    const operation = request.method === 'POST' ? await this.fromBody(request) : fromQuery(url);
    const prepared = this.preparer.prepare(operation, context);
    if (isRefused(prepared)) {
      sendJson(response, 400, { errors: prepared.map((error) => formatError(error.toJSON(), error, this.report)) });
      return;
    }
    if (request.method === 'GET' && prepared.operation.operation === 'mutation') throw new PolityError('METHOD_NOT_ALLOWED', 'Use POST for mutations.');
    const described = { name: prepared.operation.name?.value, type: prepared.operation.operation };
    const outcome = await prepared.run();
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    const next = async (result: ExecutionResult): Promise<void> => {
      const settled = await settleResult(result, context, described, this.report);
      const flushed = response.write(`event: next\ndata: ${JSON.stringify(settled)}\n\n`);
      if (!flushed && !response.destroyed) await new Promise<void>((resolve) => { response.once('drain', resolve); response.once('close', resolve); });
    };
    if (Symbol.asyncIterator in outcome) await this.stream(outcome, response, next);
    else await next(outcome);
    response.end('event: complete\ndata:\n\n');
  }

  /** Completes all streams. */
  async close(): Promise<void> {
    await Promise.all([...this.open].map((stop) => stop()));
  }

  private async stream(results: AsyncGenerator<ExecutionResult, void, void>, response: ServerResponse, next: (result: ExecutionResult) => Promise<void>): Promise<void> {
    const stop = async (): Promise<void> => {
      await results.return(undefined);
    };
    const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
    this.open.add(stop);
    response.on('close', () => void stop());
    try {
      for await (const result of results) {
        if (response.destroyed) break;
        await next(result);
      }
    } finally {
      clearInterval(heartbeat);
      this.open.delete(stop);
    }
  }

  private async fromBody(request: IncomingMessage): Promise<OperationRequest> {
    if (request.headers['content-type']?.startsWith('application/json') !== true) throw new PolityError('UNSUPPORTED_MEDIA_TYPE', 'A body must be application/json.');
    return asOperation(parseJson((await readBody(request, this.mostBodyBytes)).toString('utf8'), 'The body'));
  }
}

function fromQuery(url: URL): OperationRequest {
  const variables = url.searchParams.get('variables');
  return asOperation({
    query: url.searchParams.get('query') ?? undefined,
    operationName: url.searchParams.get('operationName') ?? undefined,
    variables: variables === null ? undefined : parseJson(variables, 'variables'),
  });
}

function asOperation(value: unknown): OperationRequest {
  const { query, operationName, variables } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const isRecord = variables === undefined || variables === null || (typeof variables === 'object' && !Array.isArray(variables));
  if (typeof query !== 'string' || !isRecord || !['string', 'undefined'].includes(typeof (operationName ?? undefined))) {
    throw new PolityError('VALIDATION_FAILED', 'An operation has a query (text), an operationName (text) and variables (an object).');
  }
  return { query, operationName: (operationName ?? undefined) as string | undefined, variables: (variables ?? undefined) as Record<string, unknown> | undefined };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolityError('VALIDATION_FAILED', `${name} is no valid JSON.`, { cause: error });
  }
}
