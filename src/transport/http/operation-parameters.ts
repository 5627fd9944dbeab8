/** An operation as a request names it, well formed and in full. */
export interface OperationParameters {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly isGet: boolean;
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({});
const KNOWN = new Set(['query', 'operationName', 'variables', 'extensions']);

/** Reads the body of a POST; undefined for what is in any way out of the ordinary, which is answered elsewhere. */
export function parametersOfBody(body: unknown): OperationParameters | undefined {
  if (!isRecord(body)) return undefined;
  for (const name in body) if (!KNOWN.has(name)) return undefined;
  return parametersOf(body.query, body.operationName, body.variables, body.extensions, false);
}

/** Reads the query string of a GET, without its question mark; undefined for what is out of the ordinary. */
export function parametersOfSearch(search: string): OperationParameters | undefined {
  const params = new URLSearchParams(search);
  const given: Record<string, string> = {};
  for (const [name, value] of params) {
    if (!KNOWN.has(name) || Object.hasOwn(given, name)) return undefined;
    given[name] = value;
  }
  if (given.extensions !== undefined) return undefined;
  try {
    return parametersOf(given.query, given.operationName, given.variables === undefined ? undefined : JSON.parse(given.variables), undefined, true);
  } catch {
    return undefined;
  }
}

function parametersOf(text: unknown, operationName: unknown, variables: unknown, extensions: unknown, isGet: boolean): OperationParameters | undefined {
  if (typeof text !== 'string' || (extensions !== undefined && extensions !== null && !isEmpty(extensions))) return undefined;
  if (operationName !== undefined && operationName !== null && (typeof operationName !== 'string' || operationName === '')) return undefined;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  return { text, operationName: operationName ?? undefined, variables: variables ?? NO_VARIABLES, isGet };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
