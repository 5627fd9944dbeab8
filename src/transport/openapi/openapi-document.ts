import { content, schemaRef, type DeclaredRoute, type JsonSchema } from './declared-route.js';
import { DECLARED_ROUTES } from './declared-routes.js';
import { authzenSchemas } from './schemas/authzen-schemas.js';
import { commonSchemas } from './schemas/common-schemas.js';

const TAGS = [
  { name: 'AuthZEN', description: 'OpenID AuthZEN Authorization API 1.0 over the decisions of this instance.' },
  { name: 'GraphQL', description: 'The rest of the product; its contract is schema.graphql.' },
  { name: 'Discovery', description: 'Where everything is.' },
  { name: 'Operations', description: 'Probes, version and metrics.' },
];

const refusal = (description: string, headers: JsonSchema = {}): JsonSchema => ({
  description, headers: { 'X-Request-ID': { $ref: '#/components/headers/RequestId' }, ...headers }, content: content(schemaRef('Errors')),
});
const challenge = { 'WWW-Authenticate': { description: 'How to do better.', schema: { type: 'string' } } };

const RESPONSES = {
  BadRequest: refusal('The request cannot be read; the error names the place.'),
  Unauthorized: refusal('There is no credential, or it does not verify.', challenge),
  Forbidden: refusal('The caller is known and may not ask this.', challenge),
  MethodNotAllowed: refusal('The method is not for this operation.'),
  TooLarge: refusal('The body or the batch is too large.'),
  RateLimited: refusal('The budget of the caller or of its Space is spent; Retry-After says for how many seconds.'),
  UnsupportedMediaType: refusal('The body is not application/json.'),
  Unavailable: refusal('The node is not ready, or the database is away: try again.', { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } }),
};

/** What a document is made for. */
export interface DocumentFacts {
  readonly version: string;
  /** Address of the instance; left out of the document that is printed into the repository. */
  readonly server?: string;
}

/** The OpenAPI 3.1 document of every route that is not a field of GraphQL. */
export function openapiDocument({ version, server }: DocumentFacts): JsonSchema {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Polity',
      version,
      summary: 'A GraphQL-first governance control plane: who may do which action on which resource, why, and with what proof.',
      description: 'Every answer carries X-Request-ID. Unknown addresses are 404 and other methods 405, with the same error body as here.',
    },
    ...(server === undefined ? {} : { servers: [{ url: server }] }),
    tags: TAGS,
    paths: pathsOf(DECLARED_ROUTES),
    components: {
      schemas: { ...authzenSchemas, ...commonSchemas },
      responses: RESPONSES,
      headers: { RequestId: { description: 'Id of the request: the one that was sent, or a new one.', schema: { type: 'string' } } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token, an API key, or a token of a trusted OpenID Connect issuer.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Polity-API-Key', description: 'An API key.' },
        metricsToken: { type: 'http', scheme: 'bearer', description: 'POLITY_METRICS_TOKEN.' },
      },
    },
  };
}

function pathsOf(routes: readonly DeclaredRoute[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, operation } of routes) (paths[path] ??= {})[method.toLowerCase()] = { security: [], ...operation };
  return paths;
}
