import type { RouteMethod } from '../manifest/index.js';
import type { EventHandler, RouteHandler, SchemaContribution } from '../registries/index.js';
import type { ServiceFactory, ServiceRef } from '../services/index.js';

/**
 * The handle by which one capability contributes, bound to it as owner and valid only while its `register` runs.
 *
 * Every method throws `CAPABILITY_INVALID` for what the manifest does not declare or what is registered twice,
 * `CAPABILITY_CONFLICT` naming both owners for what another capability holds, and `CAPABILITY_PROTECTED` once `register` is over.
 * When `register` throws, nothing of it stays; what is declared and not registered fails the capability.
 */
export interface CapabilityRegistration {
  /** Provides a service of `provides.services`; the reference's id is the declared name. */
  provide<T>(ref: ServiceRef<T>, factory: ServiceFactory<NoInfer<T>>): void;
  /** Claims a control-plane permission key of `provides.permissions`. */
  permission(key: string): void;
  /** Claims a kind of audit event of `provides.auditEventTypes`. */
  auditEventType(key: string): void;
  /** Claims the right to publish an event type of `provides.events.publishes`. */
  publishes(eventType: string): void;
  /**
   * Takes deliveries of an event type of `provides.events.subscribes`: at least once, in order, between `start`
   * and `stop`. What a handler is given, and what it owes, is told in docs/events.md.
   */
  subscribe(eventType: string, handler: EventHandler): void;
  /** Gives a policy of `provides.policies` its CEL expression. */
  policy(name: string, expression: string): void;
  /** Serves a route of `provides.routes`. */
  route(method: RouteMethod, path: string, handler: RouteHandler): void;
  /** Claims every root field and type of `provides.graphql` and hands over what implements them. */
  graphql(contributions: readonly SchemaContribution[]): void;
}
