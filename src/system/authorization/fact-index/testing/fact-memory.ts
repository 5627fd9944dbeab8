import type pg from 'pg';
import { Database, RevisionFeed } from '../../../../persistence/index.js';
import { authorizationEntities } from '../../index.js';
import { FactLoader } from '../../services/fact-loader.js';
import { IndexedFacts } from '../../services/indexed-facts.js';
import { PastFactLoader } from '../../services/past-fact-loader.js';
import { SelfCheck } from '../../services/self-check.js';
import { FactIndexes } from '../fact-indexes.js';
import { ResourceCache } from '../resource-cache.js';

const APPLICATION = 'fact-memory';

/** What a node holds of the facts, on a real database, with what a test wants to do to it. */
export interface FactMemory {
  readonly database: Database;
  readonly feed: RevisionFeed;
  readonly indexes: FactIndexes;
  readonly resources: ResourceCache;
  /** Facts as the product reads them: from memory where it can. */
  readonly facts: IndexedFacts;
  readonly now: FactLoader;
  readonly past: PastFactLoader;
  /** Errors of reading that nobody was told of. */
  readonly errors: unknown[];
  readonly hooks: FactMemoryHooks;
  close(): Promise<void>;
}

/** What stands between a node and its database. */
export interface FactMemoryHooks {
  /** Awaited before each look of the feed. */
  beforeLook: () => Promise<void>;
  /** Makes the connection on which a Space or the registry is read. */
  connect: (make: () => Promise<pg.Client>) => Promise<pg.Client>;
  /** Added to the clock. */
  later: number;
}

/**
 * Opens it; `close` ends it.
 *
 * @param clock - one that stands still makes a node that is slow to hear of changes trust itself all the same
 */
export async function openFactMemory(appUrl: string, mostBytes = 64 * 1024 ** 2, clock: () => number = Date.now): Promise<FactMemory> {
  const errors: unknown[] = [];
  const hooks: FactMemoryHooks = { beforeLook: async () => undefined, connect: (make) => make(), later: 0 };
  const onError = (error: unknown): void => void errors.push(error);
  const database = Database.open({ url: appUrl, max: 6, applicationName: APPLICATION, statementTimeoutMs: 60_000, onError, entities: authorizationEntities });
  const now = (): number => clock() + hooks.later;
  const feed = new RevisionFeed({
    database: {
      prepared: async (name, statement) => {
        if (name === 'revisions') await hooks.beforeLook();
        return database.prepared(name, statement);
      },
    },
    connect: () => database.connect(APPLICATION), now, onError,
  });
  await feed.start();
  const indexes = new FactIndexes({
    database: { connect: (name) => hooks.connect(() => database.connect(name)), query: (statement) => database.query(statement) }, feed, mostBytes, now, onError,
  });
  const resources = new ResourceCache(feed);
  indexes.start();
  resources.start();
  const [loader, past] = [new FactLoader(database), new PastFactLoader(database)];
  // Who compares here does it on its own.
  const selfCheck = new SelfCheck({ database: loader, past, oneIn: 0, count: () => undefined, alarm: async () => undefined });
  return {
    database, feed, indexes, resources, errors, hooks, now: loader, past,
    facts: new IndexedFacts({ indexes, resources, database: loader, executor: database, feed, selfCheck }),
    async close() {
      await feed.stop();
      resources.stop();
      await indexes.stop();
      await database.close();
    },
  };
}
