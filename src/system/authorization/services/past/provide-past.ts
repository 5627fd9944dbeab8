import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import { auditLogRef, databaseRef, settingsRef } from '../../../shared/contracts/index.js';
import { AccessDiffs, accessDiffsRef } from './diff/access-diffs.js';
import { Moments, momentsRef } from './moments.js';
import { PastViews, pastViewsRef } from './past-views.js';

/** Views of the past may take this share of what indexes of the present may. */
const SHARE_OF_INDEX = 0.5;
const MEBIBYTE = 1024 ** 2;

/** Provides where and how questions about the past find their facts. */
export function providePast({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(momentsRef, (services) => new Moments(services.get(databaseRef)));
  provide(pastViewsRef, (services) => new PastViews({
    database: services.get(databaseRef),
    mostBytes: services.get(settingsRef).governance.authorizationIndexMib * MEBIBYTE * SHARE_OF_INDEX,
  }));
  provide(accessDiffsRef, (services) => new AccessDiffs({
    executor: services.get(databaseRef), moments: services.get(momentsRef), views: services.get(pastViewsRef), auditLog: () => services.get(auditLogRef),
  }));
}
