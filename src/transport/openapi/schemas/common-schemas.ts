import { schemaRef, type JsonSchema } from '../declared-route.js';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const address = (description: string): JsonSchema => ({ type: 'string', format: 'uri', description });
const texts = (description: string): JsonSchema => ({ type: 'array', items: { type: 'string' }, description });

/** Bodies of everything but AuthZEN. */
export const commonSchemas: Readonly<Record<string, JsonSchema>> = {
  Errors: {
    type: 'object', required: ['errors'], description: 'An error in the shape of a GraphQL result, whatever the address.',
    properties: { errors: { type: 'array', minItems: 1, items: schemaRef('Error') } },
  },
  Error: {
    type: 'object', required: ['message', 'extensions'],
    properties: {
      message: text('A sentence for people.'),
      extensions: { type: 'object', required: ['code'], additionalProperties: true, properties: { code: text('Stable code, such as VALIDATION_FAILED.'), inputPath: { type: 'array', items: { type: ['string', 'integer'] }, description: 'Where in the request.' } } },
    },
  },
  Health: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
  Readiness: {
    type: 'object', required: ['status', 'reasons', 'warnings', 'capabilities'],
    properties: {
      status: { enum: ['ready', 'not ready'] }, reasons: texts('Why it takes no traffic.'), warnings: texts('What works and deserves a look.'),
      capabilities: { type: 'array', items: { type: 'object', required: ['id', 'state'], properties: { id: text('Capability.'), state: text('Where it stands.'), reason: text('Why.') } } },
    },
  },
  Version: {
    type: 'object', required: ['name', 'version'],
    properties: { name: { const: 'polity' }, version: text('Release.'), sourceRevision: { type: ['string', 'null'] }, schemaVersion: { type: ['integer', 'string', 'null'] }, traceVersion: text('Version of traces.'), node: text('Version of Node.') },
  },
  Discovery: {
    type: 'object', required: ['issuer', 'version', 'graphql', 'jwksUri'],
    properties: {
      issuer: address('Value of iss in tokens and receipts.'), version: text('Release.'), graphql: address('GraphQL.'), graphqlWebSocket: address('GraphQL over WebSocket.'), graphqlStream: address('GraphQL over server-sent events.'),
      webSocketProtocol: text('Subprotocol.'), authzen: address('Metadata of AuthZEN.'), openapi: address('This document.'), jwksUri: address('Public keys.'), health: address('Liveness.'), readiness: address('Readiness.'),
      credentials: texts('How a caller proves who it is.'),
    },
  },
  KeySet: {
    type: 'object', required: ['keys'],
    properties: {
      keys: {
        type: 'array', items: {
          type: 'object', required: ['kty', 'crv', 'x', 'kid', 'alg', 'use'],
          properties: { kty: { const: 'OKP' }, crv: { const: 'Ed25519' }, x: text('Public key.'), kid: text('Key id.'), alg: { const: 'EdDSA' }, use: { const: 'sig' }, purpose: text('What it signs, where that is no access token: decision_receipt and others.') },
        },
      },
    },
  },
  AuthzenConfiguration: {
    type: 'object', required: ['policy_decision_point', 'access_evaluation_endpoint'],
    properties: {
      policy_decision_point: address('The base of all addresses.'), access_evaluation_endpoint: address('Access Evaluation API.'), access_evaluations_endpoint: address('Access Evaluations API.'),
      search_subject_endpoint: address('Subject Search API.'), search_resource_endpoint: address('Resource Search API.'), search_action_endpoint: address('Action Search API.'),
      capabilities: texts('What goes beyond the specification, as URNs.'), jwks_uri: address('Keys of signed_metadata and of receipts.'), signed_metadata: text('The same as claims of a JWT, with iss.'),
    },
  },
  GraphqlRequest: {
    type: 'object', description: 'With a query, a documentId or extensions.persistedQuery.',
    properties: {
      query: text('The document.'), documentId: text('Id of a registered document, or sha256:<hash> of one, in place of the query.'),
      operationName: { type: ['string', 'null'] }, variables: { type: ['object', 'null'] }, extensions: { type: ['object', 'null'] },
    },
  },
  GraphqlResult: { type: 'object', properties: { data: { type: ['object', 'null'] }, errors: { type: 'array', items: { type: 'object' } }, extensions: { type: 'object' } } },
};
