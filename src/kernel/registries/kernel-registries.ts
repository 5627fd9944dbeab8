import {
  routeIdentity,
  type AuditEventTypeDeclaration,
  type PermissionDeclaration,
  type PolicyDeclaration,
  type RouteMethod,
} from '../manifest/index.js';
import { EventSubscriptions } from './event-subscriptions.js';
import { OwnedRegistry } from './owned-registry.js';

/** Answers requests on a route. Opaque here: only the transport knows requests and answers. */
export type RouteHandler = (...input: never[]) => unknown;

/** `GET /access/v1/things/{thingId}`. */
export type RouteKey = `${RouteMethod} ${string}`;

/** What serves a route. */
export interface RouteEntry {
  readonly method: RouteMethod;
  readonly path: string;
  readonly handler: RouteHandler;
}

/** `Query.me`. */
export type RootFieldKey = `${'Query' | 'Mutation' | 'Subscription'}.${string}`;

/** A named policy: what it holds true and the CEL expression that decides it. The kernel does not compile it. */
export interface PolicyEntry extends PolicyDeclaration {
  readonly expression: string;
}

/** Something that contributes to the schema, such as a resolver class. Opaque here: only the schema composition knows it. */
export type SchemaContribution = object;

/** Every name that capabilities contribute, each with its one owner. */
export class KernelRegistries {
  /** Control-plane permission keys (`users:read`): the only ones that guards may name and grants may hold. */
  readonly permissions = new OwnedRegistry<string, PermissionDeclaration>('permission');
  /** Kinds of audit event: the only ones that may be written. */
  readonly auditEventTypes = new OwnedRegistry<string, AuditEventTypeDeclaration>('audit event type');
  /** Domain event types: the owner is the only one that may publish them. */
  readonly eventTypes = new OwnedRegistry<string, string>('event type');
  readonly subscriptions = new EventSubscriptions();
  readonly policies = new OwnedRegistry<string, PolicyEntry>('policy');
  readonly routes = new OwnedRegistry<RouteKey, RouteEntry>('route', routeIdentity);
  /** PostgreSQL schemas: the owner's migrations are the only ones that may run in it. */
  readonly migrationNamespaces = new OwnedRegistry<string, string>('migration namespace');
  readonly rootFields = new OwnedRegistry<RootFieldKey, string>('GraphQL root field');
  readonly graphqlTypes = new OwnedRegistry<string, string>('GraphQL type');
  /** Capability id -> what it contributes to the schema under the root fields and types it claimed. */
  readonly schemaContributions = new OwnedRegistry<string, readonly SchemaContribution[]>('schema contribution');

  constructor() {
    Object.freeze(this);
  }

  /** Seals every registry, for good. */
  seal(): void {
    const all: readonly { seal(): void }[] = Object.values(this);
    for (const registry of all) registry.seal();
  }
}
