import { createServiceRef } from '../../../kernel/services/index.js';
import { assertReach, type CapabilityReport, type KernelStatus, type RegisteredPermission, type RequestContext } from '../../shared/contracts/index.js';

/** What the running system is made of. */
export class SystemReports {
  constructor(private readonly kernel: KernelStatus) {}

  /** Every capability with its state. Needs `instance:read` over the instance. */
  capabilities(context: RequestContext): readonly CapabilityReport[] {
    assertReach(context.caller, 'instance:read', {}, context.request.now);
    return this.kernel.list();
  }

  /** The permission keys that grants and API keys may hold, by key. */
  permissions(): readonly RegisteredPermission[] {
    return this.kernel.permissions().toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }
}

export const systemReportsRef = createServiceRef<SystemReports>({ id: 'admin.system_reports', scope: 'process' });
