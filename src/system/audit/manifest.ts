import type { CapabilityManifestInput } from '../../kernel/manifest/index.js';

/** What the audit capability declares: the log of everything that happened, and the outbox that is ordered with it. */
export const auditManifest = {
  id: 'audit.explainable',
  kind: 'system_capability',
  name: 'Explainable audit',
  version: '0.1.0',
  requires: { kernel: '^0.1.0', capabilities: [] },
  provides: {
    services: [
      { name: 'audit.log' }, { name: 'audit.event_commits' }, { name: 'audit.engine' }, { name: 'audit.reader' }, { name: 'audit.streams' }, { name: 'audit.event_details' },
      { name: 'audit.actor_names' }, { name: 'audit.denials' }, { name: 'audit.repeated_denials' }, { name: 'platform.outbox' }, { name: 'platform.outbox_delivery' },
    ],
    graphql: {
      queries: ['auditEvents', 'auditEvent', 'auditEventTypes'],
      subscriptions: ['auditEvents', 'lifecycleEvents'],
      types: [
        'AuditEvent', 'AuditEventConnection', 'AuditEventEdge', 'AuditActor', 'AuditCredential', 'AuditTarget', 'AuditPersonal', 'AuditEventType',
        'AuditEventFilter', 'AuditOrder', 'AuditRisk', 'LifecycleEvent',
      ],
    },
    migrations: { namespace: 'sys_audit' },
    permissions: [
      { key: 'audit:read', description: 'Read and follow the audit log: of the instance, of a Space, or of a subtree.' },
      { key: 'audit:read_personal', description: 'Read and filter by the personal values of audit events: addresses, agents, sign-in names, changed personal values.' },
    ],
    auditEventTypes: [
      { key: 'audit.read', description: 'The audit log was read or followed.', risk: 'LOW' },
      { key: 'access.denied', description: 'An operation asked for fields that its caller may not have; repetitions within a short time are counted in one event.', risk: 'NORMAL' },
    ],
  },
  privileged: true,
  required: true,
  stability: 'preview',
} as const satisfies CapabilityManifestInput;
