import type { CapabilityManifestInput } from '../capability-manifest.js';

/** Changes to a {@link manifestInput}; `requires` are capability ids. */
export interface ManifestFixture extends Partial<Omit<CapabilityManifestInput, 'requires'>> {
  readonly requires?: readonly string[];
}

/** A valid manifest for tests: nothing provided, nothing required but the kernel. */
export function manifestInput({ requires = [], ...changes }: ManifestFixture = {}): CapabilityManifestInput {
  return {
    id: 'audit.explainable',
    kind: 'system_capability',
    name: 'A capability',
    version: '0.1.0',
    requires: { kernel: '^0.1.0', capabilities: requires },
    provides: {},
    privileged: true,
    required: true,
    stability: 'experimental',
    ...changes,
  };
}

const official = (id: string, service: string, namespace: string, requires: readonly string[]): CapabilityManifestInput =>
  manifestInput({ id, requires, provides: { services: [{ name: service }], migrations: { namespace } } });

/** The five capabilities with services, namespaces and dependencies as in the reference, in no helpful order. */
export const officialManifestInputs = (): readonly CapabilityManifestInput[] => [
  official('admin.control_plane', 'admin.service', 'sys_admin', [
    'identity.business',
    'authorization.resource',
    'audit.explainable',
  ]),
  official('authorization.resource', 'authorization.service', 'sys_authz', [
    'identity.business',
    'resource.registry',
    'audit.explainable',
  ]),
  official('resource.registry', 'resource.registry', 'sys_resource', ['audit.explainable']),
  official('identity.business', 'identity.service', 'sys_identity', ['audit.explainable']),
  official('audit.explainable', 'audit.service', 'sys_audit', []),
];

/** The boot order that KR-1 expects. */
export const OFFICIAL_ORDER: readonly string[] = [
  'audit.explainable',
  'identity.business',
  'resource.registry',
  'authorization.resource',
  'admin.control_plane',
];
