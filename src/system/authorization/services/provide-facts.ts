import { createServiceRef } from '../../../kernel/services/index.js';
import type { CapabilityRegistration } from '../../../kernel/lifecycle/index.js';
import { auditLogRef, clockRef, databaseRef, loggerRef, metricsRef, revisionFeedRef, settingsRef, systemContext } from '../../shared/contracts/index.js';
import { FactIndexes, factIndexesRef } from '../fact-index/fact-indexes.js';
import { ResourceCache } from '../fact-index/resource-cache.js';
import { AuthorizationMemory, authorizationMemoryRef } from './authorization-memory.js';
import { FactLoader } from './fact-loader.js';
import { factSourceRef } from './fact-source.js';
import { IndexedFacts } from './indexed-facts.js';
import { accessListsRef } from './lists/access-lists.js';
import { IndexedAccessLists } from './lists/indexed-access-lists.js';
import { ListViews } from './lists/list-views.js';
import { momentsRef } from './past/moments.js';
import { pastViewsRef } from './past/past-views.js';
import { providePast } from './past/provide-past.js';
import { TimeTravellingFacts } from './past/time-travelling-facts.js';
import { PastFactLoader } from './past-fact-loader.js';
import { selfCheckAlarm } from './raise-self-check-alarm.js';
import { SelfCheck } from './self-check.js';

const MEBIBYTE = 1024 ** 2;

/** Resources in memory. */
export const resourceCacheRef = createServiceRef<ResourceCache>({ id: 'authorization.resource_cache', scope: 'process' });

/** Provides where facts come from, and the lists that are answered from them. */
export function provideFacts({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(factIndexesRef, (services) => new FactIndexes({
    database: services.get(databaseRef),
    feed: services.get(revisionFeedRef),
    mostBytes: services.get(settingsRef).governance.authorizationIndexMib * MEBIBYTE,
    now: () => services.get(clockRef).now(),
    onError: (error) => services.get(loggerRef).error('the facts of a Space could not be read into memory', { error }),
  }));
  providePast({ provide });
  provide(resourceCacheRef, (services) => new ResourceCache(services.get(revisionFeedRef)));
  provide(factSourceRef, (services) => {
    const database = new FactLoader(services.get(databaseRef));
    const indexes = services.get(factIndexesRef);
    const present = new IndexedFacts({
      indexes,
      resources: services.get(resourceCacheRef),
      database,
      executor: services.get(databaseRef),
      feed: services.get(revisionFeedRef),
      selfCheck: new SelfCheck({
        database,
        past: new PastFactLoader(services.get(databaseRef)),
        oneIn: services.get(settingsRef).governance.selfCheckOneIn,
        count: (outcome) => services.get(metricsRef).countSelfChecks(outcome),
        alarm: selfCheckAlarm({
          auditLog: () => services.get(auditLogRef),
          context: () => systemContext(services, services.get(clockRef).now()),
          logger: () => services.get(loggerRef),
          indexes,
        }),
      }),
    });
    const executor = services.get(databaseRef);
    return new TimeTravellingFacts({ present, past: new PastFactLoader(executor), moments: services.get(momentsRef), executor });
  });
  provide(authorizationMemoryRef, (services) =>
    new AuthorizationMemory(services.get(factIndexesRef), services.get(resourceCacheRef), services.get(metricsRef)));
  provide(accessListsRef, (services) => new IndexedAccessLists({
    executor: services.get(databaseRef),
    views: new ListViews({ database: services.get(databaseRef), indexes: services.get(factIndexesRef), feed: services.get(revisionFeedRef) }),
    resources: services.get(resourceCacheRef),
    past: new PastFactLoader(services.get(databaseRef)),
    moments: services.get(momentsRef),
    pastViews: services.get(pastViewsRef),
    feed: services.get(revisionFeedRef),
    auditLog: () => services.get(auditLogRef),
  }));
}
