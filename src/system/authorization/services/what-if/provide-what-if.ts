import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import { auditLogRef, databaseRef } from '../../../shared/contracts/index.js';
import { momentsRef } from '../past/moments.js';
import { pastViewsRef } from '../past/past-views.js';
import { Simulations, simulationsRef } from './simulations.js';

/** Provides what tries changes before they are made. */
export function provideWhatIf({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(simulationsRef, (services) => new Simulations({
    executor: services.get(databaseRef), moments: services.get(momentsRef), views: services.get(pastViewsRef), auditLog: () => services.get(auditLogRef),
  }));
}
