import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import { PolityError } from '../../kernel/errors/index.js';
import { isAuthenticated, type RequestContext } from '../../system/shared/contracts/index.js';
import { readJson } from './read-json.js';

/** How requests of `/graphql` are bounded. */
export interface GraphqlEndpointOptions {
  readonly maxBodyBytes: number;
  readonly maxBatch: number;
  readonly production: boolean;
}

/** `GET` and `POST /graphql`: reads the request, hands it to Apollo, writes the answer. */
export class GraphqlEndpoint {
  constructor(
    private readonly apollo: ApolloServer<RequestContext>,
    private readonly options: GraphqlEndpointOptions,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
    this.assertMethod(request, context);
    const body = request.method === 'POST' ? await readJson(request, this.options.maxBodyBytes) : undefined;
    if (Array.isArray(body)) this.assertBatch(body.length, context);
    const { method = 'GET', url = '' } = request;
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const question = url.indexOf('?');
    const answer = await this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers, search: question < 0 ? '' : url.slice(question), body },
      context: async () => context,
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind === 'complete') {
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
