import semver from 'semver';
import { z } from 'zod';
import { DOTTED_KEY, GRAPHQL_NAME, NAMESPACE, PERMISSION_KEY, POLICY_NAME, ROUTE_PATH } from './key-syntax.js';
import { routeIdentity } from './route-identity.js';

/** A list whose entries are told apart by `keyOf`; a repeated one is a problem at its own index. */
function listOf<Item extends z.ZodType>(item: Item, keyOf: (value: z.output<Item>) => string) {
  return z
    .array(item)
    .superRefine((values, context) => {
      const seen = new Set<string>();
      values.forEach((value, index) => {
        const key = keyOf(value);
        if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: `"${key}" is listed twice` });
        seen.add(key);
      });
    })
    .readonly()
    .prefault([]);
}

const itself = (value: string) => value;
const dotted = z.string().regex(DOTTED_KEY, 'must be dotted lower case, such as "user.created"');
const sentence = z.string().trim().min(1, 'must not be empty');
const graphqlName = z.string().regex(GRAPHQL_NAME, 'must be a GraphQL name that does not start with "__"');
const graphqlNames = listOf(graphqlName, itself);

const requirements = z
  .strictObject({
    kernel: z
      .string()
      .refine((range) => range.trim() !== '' && semver.validRange(range) !== null, 'must be a semantic version range, such as "^0.1.0"'),
    capabilities: listOf(dotted, itself),
  })
  .readonly();

const graphql = z
  .strictObject({ queries: graphqlNames, mutations: graphqlNames, subscriptions: graphqlNames, types: graphqlNames })
  .readonly();

const route = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string().regex(ROUTE_PATH, 'must be a path such as "/access/v1/things/{thingId}"'),
  })
  .readonly();

const permission = z
  .strictObject({
    key: z.string().regex(PERMISSION_KEY, 'must be "domain:action" in lower case letters, digits, "_" and "-", without wildcards'),
    description: sentence,
  })
  .readonly();

const policy = z
  .strictObject({
    name: z.string().regex(POLICY_NAME, 'must be lower case letters, digits, "_" and dots'),
    description: sentence,
  })
  .readonly();

const auditEventType = z
  .strictObject({ key: dotted, description: sentence, risk: z.enum(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']) })
  .readonly();

const provisions = z
  .strictObject({
    services: listOf(z.strictObject({ name: dotted }).readonly(), ({ name }) => name),
    graphql: graphql.prefault({}),
    routes: listOf(route, ({ method, path }) => routeIdentity(`${method} ${path}`)),
    migrations: z
      .strictObject({ namespace: z.string().regex(NAMESPACE, 'must be a PostgreSQL schema name in lower case') })
      .readonly()
      .optional(),
    events: z
      .strictObject({ publishes: listOf(dotted, itself), subscribes: listOf(dotted, itself) })
      .readonly()
      .prefault({}),
    permissions: listOf(permission, ({ key }) => key),
    policies: listOf(policy, ({ name }) => name),
    auditEventTypes: listOf(auditEventType, ({ key }) => key),
  })
  .readonly();

/** The model of a system capability's manifest. Parsed manifests are frozen in depth; unknown members are refused. */
export const capabilityManifestSchema = z
  .strictObject({
    id: dotted,
    kind: z.literal('system_capability'),
    name: sentence,
    version: z.string().refine((version) => semver.valid(version) === version, 'must be a semantic version, such as "1.2.3"'),
    requires: requirements,
    provides: provisions,
    privileged: z.literal(true),
    required: z.literal(true),
    stability: z.enum(['experimental', 'preview', 'stable']),
  })
  .readonly();

/** What an author writes: lists that are empty may be left out. */
export type CapabilityManifestInput = z.input<typeof capabilityManifestSchema>;

/** A parsed manifest: every list present, frozen in depth. */
export type CapabilityManifest = z.output<typeof capabilityManifestSchema>;

/** A control-plane permission key with what it lets its holder do. */
export type PermissionDeclaration = CapabilityManifest['provides']['permissions'][number];

/** A kind of audit event with its risk. */
export type AuditEventTypeDeclaration = CapabilityManifest['provides']['auditEventTypes'][number];

/** Method and path of a route; `{name}` segments match one segment each. */
export type RouteDeclaration = CapabilityManifest['provides']['routes'][number];

/** HTTP methods that a route may have. */
export type RouteMethod = RouteDeclaration['method'];

/** A policy's name with what it holds true; its expression is registered, not declared. */
export type PolicyDeclaration = CapabilityManifest['provides']['policies'][number];
