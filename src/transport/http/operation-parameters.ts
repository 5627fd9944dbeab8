import type { DocumentRequest } from '../../graphql/index.js';

/** An operation as a request names it, well formed. */
export interface OperationParameters {
  /** How it names its document. */
  readonly document: DocumentRequest;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly isGet: boolean;
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({});
const KNOWN = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/** Reads the body of a POST; undefined for what is in any way out of the ordinary, which is answered elsewhere. */
export function parametersOfBody(body: unknown): OperationParameters | undefined {
  if (!isRecord(body)) return undefined;
  for (const name in body) if (!KNOWN.has(name)) return undefined;
  return parametersOf(body, body.variables, body.extensions, false);
}

/** Reads the query string of a GET, without its question mark; undefined for what is out of the ordinary. */
export function parametersOfSearch(search: string): OperationParameters | undefined {
  const params = new URLSearchParams(search);
  const given: Record<string, string> = {};
  for (const [name, value] of params) {
    if (!KNOWN.has(name) || Object.hasOwn(given, name)) return undefined;
    given[name] = value;
  }
  try {
    const [variables, extensions] = [given.variables, given.extensions].map((text): unknown => (text === undefined ? undefined : JSON.parse(text)));
    return parametersOf(given, variables, extensions, true);
  } catch {
    return undefined;
  }
}

function parametersOf({ query, documentId, operationName }: Readonly<Record<string, unknown>>, variables: unknown, extensions: unknown, isGet: boolean): OperationParameters | undefined {
  if (query !== undefined && query !== null && typeof query !== 'string') return undefined;
  if (extensions !== undefined && extensions !== null && !namesAtMostADocument(extensions)) return undefined;
  if (operationName !== undefined && operationName !== null && (typeof operationName !== 'string' || operationName === '')) return undefined;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  return { document: { query, documentId, extensions }, operationName: operationName ?? undefined, variables: variables ?? NO_VARIABLES, isGet };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesAtMostADocument(extensions: unknown): extensions is DocumentRequest['extensions'] & object {
  return isRecord(extensions) && Object.keys(extensions).every((name) => name === 'persistedQuery');
}
