import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import { PolityError } from '../../kernel/errors/index.js';
import { isAuthenticated, type RequestContext } from '../../system/shared/contracts/index.js';
import { COST_HEADER } from '../asks-for-cost.js';
import { TRACE_HEADER } from '../asks-for-trace.js';
import { markBatch } from '../rate-limits/index.js';
import { AnswerHeaders } from './answer-headers.js';
import { endTogether } from './end-together.js';
import { parametersOfBody, parametersOfSearch, type OperationParameters } from './operation-parameters.js';
import type { PlannedAnswer, PlannedOperations } from './planned-operations.js';
import { readJson } from './read-json.js';
import { commonHeaders, setCommonHeaders } from './respond.js';

/** How requests of `/graphql` are bounded. */
export interface GraphqlEndpointOptions {
  readonly maxBodyBytes: number;
  readonly maxBatch: number;
  readonly production: boolean;
  readonly requestIdHeader: string;
}

/** `GET` and `POST /graphql`: reads the request, has it answered by its plan if it has one, by Apollo otherwise, and writes the answer. */
export class GraphqlEndpoint {
  private readonly headers = new AnswerHeaders();

  constructor(
    private readonly apollo: ApolloServer<RequestContext>,
    private readonly planned: PlannedOperations | undefined,
    private readonly options: GraphqlEndpointOptions,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
    this.assertMethod(request, context);
    const body = request.method === 'POST' ? await readJson(request, this.options.maxBodyBytes) : undefined;
    if (Array.isArray(body)) this.assertBatch(body.length, context);
    if (Array.isArray(body)) markBatch(context);
    const { url = '' } = request;
    const question = url.indexOf('?');
    const search = question < 0 ? '' : url.slice(question);
    // A body with a query string beside it is for Apollo to understand.
    const parameters = body === undefined ? parametersOfSearch(search) : search === '' ? parametersOfBody(body) : undefined;
    const planned = parameters === undefined ? undefined : this.answerByPlan(request, parameters, context);
    if (planned === undefined) return this.answerByApollo(request, response, body, search, context);
    const { status, text, headers: more } = planned.answer instanceof Promise ? await planned.answer : planned.answer;
    const headers = more === undefined ? planned.headers : [...planned.headers, ...more];
    response.statusCode = status;
    const { requestIdHeader } = this.options;
    if (!response.hasHeader(requestIdHeader)) return endTogether(response, text, [...commonHeaders(requestIdHeader, context.request.id), ...headers]);
    for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] as string, headers[at + 1] as string);
    endTogether(response, text);
  }

  private answerByPlan({ headers: { accept, 'content-type': type, [COST_HEADER]: cost, [TRACE_HEADER]: trace } }: IncomingMessage, parameters: OperationParameters, context: RequestContext): { readonly headers: readonly string[]; readonly answer: PlannedAnswer | Promise<PlannedAnswer> } | undefined {
    const headers = this.headers.of(accept);
    if (headers === undefined || (parameters.isGet && type !== undefined)) return undefined;
    const answer = this.planned?.answer(parameters, context, { accept, cost, trace });
    return answer === undefined ? undefined : { headers, answer };
  }

  private async answerByApollo(request: IncomingMessage, response: ServerResponse, body: unknown, search: string, context: RequestContext): Promise<void> {
    setCommonHeaders(response, this.options.requestIdHeader, context.request.id);
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const answer = await this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
      context: async () => context,
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind === 'complete') {
      if (response.statusCode === 200 && !Array.isArray(body)) this.headers.learn(request.headers.accept, answer.headers);
      response.end(answer.body.string);
      return;
    }
    for await (const chunk of answer.body.asyncIterator) response.write(chunk);
    response.end();
  }

  // A GET can be made by anything that renders an address; in production it is for callers who bring credentials.
  private assertMethod(request: IncomingMessage, context: RequestContext): void {
    if (request.method === 'POST') return;
    if (request.method !== 'GET' || (this.options.production && !isAuthenticated(context.caller))) {
      throw new PolityError('METHOD_NOT_ALLOWED', 'Use POST with application/json.');
    }
  }

  private assertBatch(length: number, context: RequestContext): void {
    const most = this.options.production && !isAuthenticated(context.caller) ? 1 : this.options.maxBatch;
    if (length > most) throw new PolityError('BATCH_TOO_LARGE', `A batch may have at most ${most} operations for this caller.`);
  }
}
