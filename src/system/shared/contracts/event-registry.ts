import type { KernelRegistries } from '../../../kernel/registries/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { AuditRisk } from './audit-log.js';

/** A kind of audit event that a capability registered. */
export interface RegisteredAuditEventType {
  readonly key: string;
  readonly description: string;
  readonly risk: AuditRisk;
  /** Id of the capability that writes it. */
  readonly owner: string;
}

/** What may be written to the logs. */
export interface EventRegistry {
  auditEventType(key: string): RegisteredAuditEventType | undefined;
  /** Every registered kind of audit event, by key. */
  auditEventTypes(): readonly RegisteredAuditEventType[];
  /** True for event types that a capability may publish. */
  isPublished(eventType: string): boolean;
}

/** What the kernel's registries say. */
export function eventRegistryOf(registries: Pick<KernelRegistries, 'auditEventTypes' | 'eventTypes'>): EventRegistry {
  const { auditEventTypes, eventTypes } = registries;
  const find = (key: string): RegisteredAuditEventType | undefined => {
    const declaration = auditEventTypes.get(key);
    return declaration === undefined ? undefined : { ...declaration, owner: auditEventTypes.owner(key) ?? '' };
  };
  return {
    auditEventType: find,
    auditEventTypes: () => auditEventTypes.list().map(({ key, owner, value }) => ({ ...value, key, owner })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    isPublished: (eventType) => eventTypes.get(eventType) !== undefined,
  };
}

/** Provided by the composition root. */
export const eventRegistryRef = createServiceRef<EventRegistry>({ id: 'platform.event_registry', scope: 'process' });
