import { COST_HEADER } from '../../asks-for-cost.js';
import { TRACE_HEADER } from '../../asks-for-trace.js';
import { answer, content, CREDENTIALS, REQUEST_ID, responseRef, schemaRef, type DeclaredRoute, type JsonSchema, type OperationObject } from '../declared-route.js';

const tags = ['GraphQL'] as const;
const security = [{}, ...CREDENTIALS];
const body = { required: true, content: content({ oneOf: [schemaRef('GraphqlRequest'), { type: 'array', items: schemaRef('GraphqlRequest'), minItems: 1 }] }) };
const text = (name: string, description: string, required = false): JsonSchema => ({ name, in: 'query', required, description, schema: { type: 'string' } });
const costHeader: JsonSchema = { name: COST_HEADER, in: 'header', required: false, description: '`report` asks for extensions.cost: what the operation was estimated to cost, did cost, and may.', schema: { type: 'string' } };
const traceHeader: JsonSchema = { name: TRACE_HEADER, in: 'header', required: false, description: '`report` asks for extensions.trace: how each guarded field was decided. For callers who hold graphql:trace on the instance.', schema: { type: 'string' } };
const inQuery = [
  costHeader, traceHeader,
  text('query', 'The document; a mutation is refused.'), text('documentId', 'Id of a registered document, or sha256:<hash> of one, in place of the query.'), text('operationName', 'Which operation of the document.'),
  text('variables', 'Variables as a JSON object.'), text('extensions', 'Extensions as a JSON object; persistedQuery names a document by its SHA-256.'),
];
const etag: JsonSchema = { description: 'Changes with the text.', schema: { type: 'string' } };
const result = content({ oneOf: [schemaRef('GraphqlResult'), { type: 'array', items: schemaRef('GraphqlResult') }] });
const responses: OperationObject['responses'] = {
  200: answer('The result, also where fields were denied.', { ...result, ...content(schemaRef('GraphqlResult'), 'application/graphql-response+json') }),
  400: responseRef('BadRequest'), 401: responseRef('Unauthorized'), 405: responseRef('MethodNotAllowed'), 413: responseRef('TooLarge'), 415: responseRef('UnsupportedMediaType'), 429: responseRef('RateLimited'), 503: responseRef('Unavailable'),
};
const events: OperationObject['responses'] = {
  200: answer('Server-sent events: `next` for each result, then `complete`.', content({ type: 'string' }, 'text/event-stream')),
  400: responseRef('BadRequest'), 401: responseRef('Unauthorized'), 405: responseRef('MethodNotAllowed'), 413: responseRef('TooLarge'), 415: responseRef('UnsupportedMediaType'), 429: responseRef('RateLimited'), 503: responseRef('Unavailable'),
};

/** The GraphQL endpoint. What it offers is in schema.graphql; subscriptions also run over WebSocket at the same address (graphql-transport-ws). */
export const graphqlRoutes: readonly DeclaredRoute[] = [
  { method: 'POST', path: '/graphql', operation: { operationId: 'graphql', tags, summary: 'Runs a query or a mutation, or a batch of them.', security, parameters: [costHeader, traceHeader], requestBody: body, responses } },
  {
    method: 'GET', path: '/graphql',
    operation: {
      operationId: 'graphqlGet', tags, summary: 'Runs a query.', security, parameters: inQuery,
      description: 'In production it is for callers with credentials. A browser that asks for HTML gets GraphiQL, unless it is switched off.', responses,
    },
  },
  {
    method: 'POST', path: '/graphql/stream',
    operation: { operationId: 'graphqlStream', tags, summary: 'Runs one operation over server-sent events.', security, parameters: [costHeader, traceHeader], requestBody: { required: true, content: content(schemaRef('GraphqlRequest')) }, responses: events },
  },
  {
    method: 'GET', path: '/graphql/stream',
    operation: { operationId: 'graphqlStreamGet', tags, summary: 'Runs a query or a subscription over server-sent events.', security, parameters: inQuery, responses: events },
  },
  {
    method: 'GET', path: '/graphql/schema.graphql',
    operation: {
      operationId: 'graphqlSchema', tags, summary: 'The part of the GraphQL schema that the caller may use, as SDL.', security,
      description: 'For callers without credentials where they may introspect. The ETag changes with the text; it is sent back as If-None-Match.',
      parameters: [{ name: 'If-None-Match', in: 'header', required: false, description: 'ETags of what the client has.', schema: { type: 'string' } }],
      responses: {
        200: { ...answer('The SDL, with descriptions, in a stable order.', content({ type: 'string' }, 'text/plain')), headers: { ...REQUEST_ID, ETag: etag } },
        304: { description: 'The client has it.', headers: { ...REQUEST_ID, ETag: etag } },
        401: responseRef('Unauthorized'), 403: responseRef('Forbidden'), 503: responseRef('Unavailable'),
      },
    },
  },
];
