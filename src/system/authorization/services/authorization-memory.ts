import { createServiceRef } from '../../../kernel/services/index.js';
import type { Metrics } from '../../../observability/index.js';
import type { FactIndexes } from '../fact-index/fact-indexes.js';
import type { ResourceCache } from '../fact-index/resource-cache.js';

/** What a node holds of the authorization facts, from its start to its stop. */
export class AuthorizationMemory {
  constructor(
    private readonly indexes: FactIndexes,
    private readonly resources: ResourceCache,
    private readonly metrics: Pick<Metrics, 'watchFactIndexes'>,
  ) {}

  start(): void {
    this.indexes.start();
    this.resources.start();
    this.metrics.watchFactIndexes(() => this.indexes.usage());
  }

  async stop(): Promise<void> {
    this.resources.stop();
    await this.indexes.stop();
  }
}

/** The memory of the process. */
export const authorizationMemoryRef = createServiceRef<AuthorizationMemory>({ id: 'authorization.memory', scope: 'process' });
