import type { Settings } from '../../../config/index.js';
import type { Clock } from '../../../kernel/clock/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { Logger, Metrics } from '../../../observability/index.js';
import type { Database, RevisionFeed, StatementPool } from '../../../persistence/index.js';

/** Services that the process provides before any capability: owner `kernel`. */
export const settingsRef = createServiceRef<Settings>({ id: 'platform.settings', scope: 'process' });
export const clockRef = createServiceRef<Clock>({ id: 'platform.clock', scope: 'process' });
export const loggerRef = createServiceRef<Logger>({ id: 'platform.logger', scope: 'process' });
export const metricsRef = createServiceRef<Metrics>({ id: 'platform.metrics', scope: 'process' });
export const databaseRef = createServiceRef<Database>({ id: 'platform.database', scope: 'process' });
export const revisionFeedRef = createServiceRef<RevisionFeed>({ id: 'platform.revision_feed', scope: 'process' });
/** Connections apart from those of the callers' transactions: decisions, keys, sequencers, the feed. */
export const statementsRef = createServiceRef<StatementPool>({ id: 'platform.statements', scope: 'process' });
