import type { IncomingMessage } from 'node:http';
import { PolityError } from '../../kernel/errors/index.js';
import { readJson } from '../http/read-json.js';
import type { OperationRequest } from '../prepare-operation.js';

/**
 * Reads the operation of a request: from the address of a GET, from the body of a POST.
 * @throws PolityError for what is no operation, and what `readJson` throws.
 */
export async function readOperation(request: IncomingMessage, url: URL, mostBodyBytes: number): Promise<OperationRequest> {
  return asOperation(request.method === 'POST' ? await readJson(request, mostBodyBytes) : parametersOf(url));
}

function parametersOf({ searchParams }: URL): Record<string, unknown> {
  const variables = searchParams.get('variables');
  return {
    query: searchParams.get('query') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    variables: variables === null ? undefined : parse(variables),
  };
}

function parse(variables: string): unknown {
  try {
    return JSON.parse(variables);
  } catch (error) {
    throw new PolityError('VALIDATION_FAILED', 'The variables are no valid JSON.', { cause: error });
  }
}

function asOperation(value: unknown): OperationRequest {
  const { query, operationName, variables } = (isRecord(value) ? value : {}) as Record<string, unknown>;
  const isName = operationName === undefined || operationName === null || typeof operationName === 'string';
  const areVariables = variables === undefined || variables === null || isRecord(variables);
  if (typeof query !== 'string' || !isName || !areVariables) {
    throw new PolityError('VALIDATION_FAILED', 'An operation has a query (text), an operationName (text) and variables (an object).');
  }
  return { query, operationName, variables };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
