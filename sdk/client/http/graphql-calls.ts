import type { CallOptions } from '../client-options.js';
import { errorsOf, graphqlFailure, invalidResponse, PolityClientError, kindOfStatus } from '../errors/index.js';
import type { HttpAnswer, } from './http-answer.js';
import type { HttpTransport } from './http-transport.js';
import { isRepeatable } from './is-repeatable.js';

/** Data of an answer without errors. */
export interface GraphqlAnswer<Data> {
  readonly data: Data;
  /** Id of the request in the log and the audit events of the server. */
  readonly requestId: string;
}

/** Sends GraphQL operations over HTTP. */
export class GraphqlCalls {
  constructor(
    private readonly transport: HttpTransport,
    private readonly url: string,
  ) {}

  /**
   * Sends one operation. Queries are repeated as the retry options say, mutations never.
   * @throws PolityClientError for an answer with errors, whatever data it has beside them
   */
  send<Data>(query: string, variables: object | undefined, options?: CallOptions, withCredentials = true): Promise<GraphqlAnswer<Data>> {
    return this.transport.send({ url: this.url, body: { query, variables }, withCredentials, repeatable: isRepeatable(query), read: readGraphql<Data> }, options);
  }
}

function readGraphql<Data>({ json, status, facts }: HttpAnswer): GraphqlAnswer<Data> {
  const data = typeof json === 'object' && json !== null ? (json as { readonly data?: unknown }).data : undefined;
  const errors = errorsOf(json);
  if (errors.length > 0) throw graphqlFailure(errors, data, facts);
  if (typeof data === 'object' && data !== null && status < 300) return { data: data as Data, requestId: facts.requestId ?? '' };
  if (status < 400) throw invalidResponse('The answer is no GraphQL result.', facts);
  throw new PolityClientError({ ...facts, code: 'INVALID_RESPONSE', kind: kindOfStatus(status), message: `The answer with status ${status} is no GraphQL result.` });
}
