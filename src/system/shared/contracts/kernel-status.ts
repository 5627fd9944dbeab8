import type { CapabilityStatus } from '../../../kernel/lifecycle/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';

/** One capability: where it stands, and what its manifest says of it. */
export interface CapabilityReport extends CapabilityStatus {
  readonly name: string;
  /** `experimental`, `preview` or `stable`. */
  readonly stability: string;
}

/** A control-plane permission key that a capability registered. */
export interface RegisteredPermission {
  readonly key: string;
  readonly description: string;
  /** Id of the capability that enforces it. */
  readonly owner: string;
}

/** What the kernel knows of the running system. */
export interface KernelStatus {
  /** Every capability, in boot order. */
  list(): readonly CapabilityReport[];
  /** Every registered permission key: the only ones that guards name and grants may hold. */
  permissions(): readonly RegisteredPermission[];
}

/** Provided by the composition root. */
export const kernelStatusRef = createServiceRef<KernelStatus>({ id: 'platform.kernel_status', scope: 'process' });
