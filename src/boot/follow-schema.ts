import type { DocumentGate, SchemaRegistry } from '../graphql/index.js';
import type { Logger, Metrics } from '../observability/index.js';
import type { LiveSchema } from '../transport/index.js';

const MOST_NAMED = 20;

/** What a swap of the schema reaches, and where it is written down. */
export interface SchemaFollowers {
  readonly schema: SchemaRegistry;
  readonly live: LiveSchema;
  readonly documents: DocumentGate;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Has everything that runs operations go on with each schema that the registry takes over. */
export function followSchema({ schema, live, documents, metrics, logger }: SchemaFollowers): void {
  metrics.watchSchemaVersion(() => schema.version);
  schema.onRefusal((owner, error) => {
    metrics.countSchemaSwap('refused');
    logger.warn('schema refused', { owner, error });
  });
  schema.onSwap(({ schema: { guarded }, changed, composedMs, owner, version, previousVersion }) => {
    const began = performance.now();
    live.swap(guarded, changed);
    documents.forgetKept();
    metrics.countSchemaSwap('swapped');
    logger.info('schema swapped', {
      owner, version, previous_version: previousVersion, composed_ms: rounded(composedMs), swapped_ms: rounded(performance.now() - began),
      changed: [...changed].slice(0, MOST_NAMED), changed_count: changed.size,
    });
  });
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
