import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import { auditLogRef, databaseRef } from '../../../shared/contracts/index.js';
import { factSourceRef } from '../fact-source.js';
import { momentsRef } from '../past/moments.js';
import { pastViewsRef } from '../past/past-views.js';
import { Suggestions, suggestionsRef } from '../suggestions/suggestions.js';
import { Simulations, simulationsRef } from './simulations.js';

/** Provides what tries changes before they are made, and what finds those that help. */
export function provideWhatIf({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(simulationsRef, (services) => new Simulations({
    executor: services.get(databaseRef), moments: services.get(momentsRef), views: services.get(pastViewsRef), auditLog: () => services.get(auditLogRef),
  }));
  provide(suggestionsRef, (services) => new Suggestions({ executor: services.get(databaseRef), facts: services.get(factSourceRef), auditLog: () => services.get(auditLogRef) }));
}
