import { answer, content, schemaRef, type DeclaredRoute } from '../declared-route.js';

const tags = ['Discovery'] as const;

/** What clients find the rest by. Addresses come from POLITY_PUBLIC_URL, never from the Host header. */
export const discoveryRoutes: readonly DeclaredRoute[] = [
  {
    method: 'GET', path: '/.well-known/polity',
    operation: { operationId: 'discoverPolity', tags, summary: 'Addresses of this instance.', responses: { 200: answer('The addresses.', content(schemaRef('Discovery'))) } },
  },
  {
    method: 'GET', path: '/.well-known/jwks.json',
    operation: {
      operationId: 'jwks', tags, summary: 'Public keys of access tokens and of other signed texts.',
      description: 'Keys of access tokens have no purpose; those of other texts, such as receipts of decisions, name it.',
      responses: { 200: answer('A JSON Web Key Set (RFC 7517).', content(schemaRef('KeySet'))) },
    },
  },
  {
    method: 'GET', path: '/.well-known/authzen-configuration',
    operation: {
      operationId: 'authzenConfiguration', tags, summary: 'Metadata of the policy decision point (AuthZEN Authorization API 1.0).',
      responses: { 200: answer('The metadata, also as a signed JWT.', content(schemaRef('AuthzenConfiguration'))) },
    },
  },
  {
    method: 'GET', path: '/openapi.json',
    operation: { operationId: 'openapiJson', tags, summary: 'This document as JSON.', responses: { 200: answer('OpenAPI 3.1.', content({ type: 'object' })) } },
  },
  {
    method: 'GET', path: '/openapi.yaml',
    operation: { operationId: 'openapiYaml', tags, summary: 'This document as YAML.', responses: { 200: answer('OpenAPI 3.1.', content({ type: 'string' }, 'application/yaml')) } },
  },
];
