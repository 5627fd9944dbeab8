export { EventSubscriptions, type EventHandler, type EventSubscription } from './event-subscriptions.js';
export {
  KernelRegistries,
  type PolicyEntry,
  type RootFieldKey,
  type RouteEntry,
  type RouteHandler,
  type RouteKey,
  type SchemaContribution,
} from './kernel-registries.js';
export { OwnedRegistry, type OwnedEntry } from './owned-registry.js';
