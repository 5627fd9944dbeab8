import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { asksForCost, COST_HEADER } from '../asks-for-cost.js';
import { readJson } from '../http/read-json.js';
import type { OperationRequest } from '../prepare-operation.js';

/**
 * Reads the operation of a request: from the address of a GET, from the body of a POST.
 * @throws PolityError for what is no operation, and what `readJson` throws.
 */
export async function readOperation(request: IncomingMessage, url: URL, mostBodyBytes: number): Promise<OperationRequest> {
  return asOperation(request.method === 'POST' ? await readJson(request, mostBodyBytes) : parametersOf(url), request.headers[COST_HEADER]);
}

function parametersOf({ searchParams }: URL): Record<string, unknown> {
  const [variables, extensions] = [searchParams.get('variables'), searchParams.get('extensions')];
  return {
    query: searchParams.get('query') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    variables: variables === null ? undefined : parse('variables', variables),
    extensions: extensions === null ? undefined : parse('extensions', extensions),
  };
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolityError('VALIDATION_FAILED', `The ${name} are no valid JSON.`, { cause: error });
  }
}

function asOperation(value: unknown, costHeader: string | string[] | undefined): OperationRequest {
  const { query, operationName, variables, extensions } = (isRecord(value) ? value : {}) as Record<string, unknown>;
  const isName = operationName === undefined || operationName === null || typeof operationName === 'string';
  const areVariables = variables === undefined || variables === null || isRecord(variables);
  if (typeof query !== 'string' || !isName || !areVariables) {
    throw new PolityError('VALIDATION_FAILED', 'An operation has a query (text), an operationName (text) and variables (an object).');
  }
  return { query, operationName, variables, reportsCost: asksForCost(costHeader, extensions) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
