import type { SystemCapability } from '../../kernel/lifecycle/index.js';
import { metricsRef, type NodeSource } from '../shared/contracts/index.js';
import { auditManifest } from './manifest.js';
import { eventCommitsRef, registerServices, repeatedDenialsRef } from './register-services.js';
import { AuditActorResolver } from './resolvers/audit-actor-resolver.js';
import { shapeEvent } from './resolvers/audit-event-shape.js';
import { AuditEventResolver } from './resolvers/audit-event-resolver.js';
import { AuditResolver } from './resolvers/audit-resolver.js';
import { LifecycleResolver } from './resolvers/lifecycle-resolver.js';
import { auditReaderRef } from './services/read/audit-reader.js';
import { outboxDeliveryRef } from './services/delivery/outbox-delivery.js';
import { logEngineRef, type LogEngine } from './services/streams/log-engine.js';

export { outboxDeliveryRef } from './services/delivery/outbox-delivery.js';
export { recordOperatorEvent } from './services/write/operator-event.js';

const LATE_MS = 5_000;

/** What this capability adds to the schema. */
export const auditResolvers = [AuditResolver, AuditEventResolver, AuditActorResolver, LifecycleResolver] as const;

/** Its tables are no entities: they are only ever appended to. */
export const auditEntities = [] as const;

/** How `node(id:)` finds the objects of this capability. */
export const auditNodes: readonly NodeSource[] = [
  { type: 'AuditEvent', load: async (context, ids) => (await context.services.get(auditReaderRef).byIds(context, ids)).map((event) => event && shapeEvent(event)) },
];

/** The audit log and the outbox; made anew for each process. */
export function createAuditCapability(): SystemCapability {
  let engine: LogEngine | undefined;
  let drain: () => Promise<void> = async () => undefined;
  return {
    manifest: auditManifest,
    register(registration) {
      const { permissions, auditEventTypes } = auditManifest.provides;
      for (const { key } of permissions) registration.permission(key);
      for (const { key } of auditEventTypes) registration.auditEventType(key);
      registerServices(registration);
      registration.graphql(auditResolvers);
    },
    async start(services) {
      const started = services.get(logEngineRef);
      await started.start();
      services.get(metricsRef).watchSequencerLag(() => started.lagMs / 1000);
      const delivery = services.get(outboxDeliveryRef);
      services.get(metricsRef).watchStuckSubscriptions(() => delivery.stuck);
      engine = started;
      const denials = services.get(repeatedDenialsRef);
      denials.start();
      drain = async () => {
        await denials.stop();
        await services.get(eventCommitsRef).close();
      };
    },
    async stop() {
      await drain();
      await engine?.stop();
      engine = undefined;
    },
    async health() {
      const lagMs = engine?.lagMs ?? 0;
      return lagMs < LATE_MS ? { status: 'ok' } : { status: 'degraded', detail: `Events have been waiting for their place in the log for ${Math.round(lagMs / 1000)} s.` };
    },
  };
}
