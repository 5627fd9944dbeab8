import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { asksForCost, COST_HEADER } from '../asks-for-cost.js';
import { asksForTrace, TRACE_HEADER } from '../asks-for-trace.js';
import { readJson } from '../http/read-json.js';
import type { OperationRequest } from '../prepare-operation.js';

/**
 * Reads the operation of a request: from the address of a GET, from the body of a POST.
 * @throws PolityError for what is no operation, and what `readJson` throws.
 */
export async function readOperation(request: IncomingMessage, url: URL, mostBodyBytes: number): Promise<OperationRequest> {
  return asOperation(request.method === 'POST' ? await readJson(request, mostBodyBytes) : parametersOf(url), request.headers);
}

function parametersOf({ searchParams }: URL): Record<string, unknown> {
  const text = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  return {
    query: text('query'), documentId: text('documentId'), operationName: text('operationName'),
    variables: parse('variables', text('variables')), extensions: parse('extensions', text('extensions')),
  };
}

function parse(name: string, value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch (error) {
    throw new PolityError('VALIDATION_FAILED', `The ${name} are no valid JSON.`, { cause: error });
  }
}

function asOperation(value: unknown, headers: IncomingHttpHeaders): OperationRequest {
  const { query, documentId, operationName, variables, extensions } = (isRecord(value) ? value : {}) as Record<string, unknown>;
  const isNamed = typeof query === 'string' || documentId !== undefined || isRecord(extensions);
  if (!isNamed || !isAbsentOr('string', query) || !isAbsentOr('string', operationName) || !isAbsentOr('object', variables) || !isAbsentOr('object', extensions)) {
    throw new PolityError('VALIDATION_FAILED', 'An operation has a query (text) or the name of one, an operationName (text), variables (an object) and extensions (an object).');
  }
  return { query, documentId, operationName, variables, extensions, reportsCost: asksForCost(headers[COST_HEADER], extensions), reportsTrace: asksForTrace(headers[TRACE_HEADER], extensions) } as OperationRequest;
}

function isAbsentOr(type: 'string' | 'object', value: unknown): boolean {
  return value === undefined || value === null || (type === 'string' ? typeof value === 'string' : isRecord(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
