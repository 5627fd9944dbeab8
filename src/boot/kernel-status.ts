import type { Kernel } from '../kernel/lifecycle/index.js';
import type { KernelStatus } from '../system/shared/contracts/index.js';
import { createCapabilities } from './capabilities.js';

/** What the kernel knows, in the words of the control plane. */
export function kernelStatus(kernel: Kernel): KernelStatus {
  const manifests = new Map(createCapabilities().map(({ manifest }) => [manifest.id, manifest]));
  const described = new Map([...manifests.values()].flatMap(({ provides }) => (provides.permissions ?? []).map(({ key, description }) => [key, description] as const)));
  return {
    list: () => kernel.status().map((status) => ({ ...status, name: manifests.get(status.id)?.name ?? status.id, stability: manifests.get(status.id)?.stability ?? 'experimental' })),
    permissions: () => kernel.registries.permissions.list().map(({ key, owner }) => ({ key, owner, description: described.get(key) ?? '' })),
  };
}
