import type pg from 'pg';
import type { Settings } from '../config/index.js';
import { systemClock } from '../kernel/clock/index.js';
import { Kernel, type SystemCapability } from '../kernel/lifecycle/index.js';
import { ServiceContainer } from '../kernel/services/index.js';
import { createLogger, createMetrics, type Logger, type Metrics } from '../observability/index.js';
import { createPool, Database, DatabaseKeyring, isDatabaseUnavailable, RevisionFeed, StatementPool } from '../persistence/index.js';
import { migrateStatus, migrateUp } from '../persistence/migrations/index.js';
import {
  auditLogRef, callerGrantsRef, clockRef, databaseRef, eventRegistryOf, eventRegistryRef, kernelStatusRef, keyringRef, loggerRef, metricsRef, outboxRef, revisionFeedRef, settingsRef, statementsRef,
} from '../system/shared/contracts/index.js';
import { outboxDeliveryRef } from '../system/audit/index.js';
import { Mutations, mutationsRef } from '../system/shared/services/index.js';
import { nodeLoadersRef, Policies, policiesRef, releaseRef } from '../graphql/index.js';
import { builtInEntities, builtInNodes, createCapabilities } from './capabilities.js';
import { locateDatabase, type DatabaseAddresses } from './database-addresses.js';
import { kernelStatus } from './kernel-status.js';
import { masterKey } from './master-key.js';
import { POLITY_VERSION } from './version.js';

const OWNER = 'platform';

/** Everything a process of Polity has but its HTTP server: what the server and the command line stand on. */
export interface Platform {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly addresses: DatabaseAddresses;
  readonly container: ServiceContainer;
  readonly kernel: Kernel;
  /** Boots what is not up yet; called again while the database is away. */
  bringUp(): Promise<void>;
  close(): Promise<void>;
}

/** What may be set apart for a process inside another one, such as a test. */
export interface PlatformOptions {
  readonly logger?: Logger;
  /** In place of those of this release. */
  readonly capabilities?: readonly SystemCapability[];
}

/** Opens the database (migrating it, except in production), makes the services, and boots the capabilities. */
export async function openPlatform(settings: Settings, options: PlatformOptions = {}): Promise<Platform> {
  const logger = options.logger ?? createLogger(settings);
  const metrics = createMetrics();
  const addresses = await locateDatabase(settings, logger);
  try {
    return await openOn(addresses, settings, logger, metrics, options.capabilities ?? createCapabilities());
  } catch (error) {
    await addresses.release();
    throw error;
  }
}

async function openOn(addresses: DatabaseAddresses, settings: Settings, logger: Logger, metrics: Metrics, capabilities: readonly SystemCapability[]): Promise<Platform> {
  // In production an operator runs `polity migrate up`; a start never changes a schema.
  let settled = settings.production;
  const migrate = async (): Promise<void> => {
    if (!settled) await migrateUp({ url: addresses.owner, log: (line) => logger.info(line) });
    settled = true;
  };
  await migrate().catch((error: unknown) => {
    // Tried again by bringUp: a database that is away comes back.
    if (!isDatabaseUnavailable(error)) throw error;
  });
  const onError = (error: unknown): void => logger.warn('database connection lost', { error });
  const pooled = { url: addresses.server, statementTimeoutMs: settings.database.statementTimeoutMs, onError };
  const database = Database.open({ ...pooled, entities: builtInEntities, max: settings.database.poolSize, applicationName: 'polity' });
  const statements = new StatementPool(createPool({ ...pooled, max: settings.database.decisionPoolSize, applicationName: 'polity-log' }));
  metrics.watchPool('main', () => poolSize(database.pool));
  metrics.watchPool('log', () => poolSize(statements.pool));
  const keyring = new DatabaseKeyring({ database: statements, masterKey: await masterKey(settings, addresses.embedded), now: () => systemClock.now() });
  const feed = new RevisionFeed({ database: statements, connect: () => database.connect('polity-listen'), now: () => systemClock.now(), onError });
  metrics.watchRevisionFeedLag(() => feed.silentForMs() / 1000);

  const container = new ServiceContainer();
  const kernel = new Kernel({
    services: container,
    delivery: () => container.get(outboxDeliveryRef),
    publish: (event) => container.get(outboxRef).publishNow({
      type: event.type,
      spaceId: '',
      subject: 'capabilityId' in event ? { type: 'Capability', id: event.capabilityId } : { type: 'Kernel', id: 'kernel' },
      payload: 'capabilityId' in event ? { from: event.from, to: event.to, reason: event.reason ?? null } : {},
    }),
  });
  container.provide(OWNER, settingsRef, () => settings);
  container.provide(OWNER, clockRef, () => systemClock);
  container.provide(OWNER, loggerRef, () => logger);
  container.provide(OWNER, metricsRef, () => metrics);
  container.provide(OWNER, databaseRef, () => database);
  container.provide(OWNER, statementsRef, () => statements);
  container.provide(OWNER, keyringRef, () => keyring);
  container.provide(OWNER, revisionFeedRef, () => feed);
  container.provide(OWNER, mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => keyring, () => feed.catchUp()));
  container.provide(OWNER, kernelStatusRef, () => kernelStatus(kernel));
  container.provide(OWNER, eventRegistryRef, () => eventRegistryOf(kernel.registries));
  container.provide(OWNER, nodeLoadersRef, () => new Map(builtInNodes.map((source) => [source.type, source])));
  container.provide(OWNER, releaseRef, () => POLITY_VERSION);
  container.provide(OWNER, policiesRef, () => new Policies(kernel.registries.policies.list().map(({ key, owner, value }) => ({ name: key, owner, expression: value.expression }))));
  kernel.load(capabilities);

  const prepare = async (): Promise<void> => {
    await migrate();
    await keyring.assertMasterKey();
    await feed.start();
  };
  const migrated = async (namespace: string): Promise<void> => {
    const { pending } = await migrateStatus({ url: addresses.server });
    const waiting = pending.filter(({ schema }) => schema === namespace || schema === 'sys_kernel');
    if (waiting.length > 0) throw new Error(`migrations of ${namespace} are pending: run polity migrate up`);
  };
  let prepared = false;
  let booted = false;
  return {
    settings, logger, metrics, addresses, container, kernel,
    async bringUp() {
      if (!prepared) {
        await prepare();
        prepared = true;
      }
      if (booted) return kernel.retryFailed();
      booted = true;
      return kernel.boot({ migrate: migrated });
    },
    async close() {
      for (const { capabilityId, message } of await kernel.stop()) logger.error('capability did not stop cleanly', { capability: capabilityId, message });
      await feed.stop();
      await database.close();
      await statements.pool.end();
      await addresses.release();
    },
  };
}

function poolSize(pool: pg.Pool): { total: number; idle: number; waiting: number } {
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}
