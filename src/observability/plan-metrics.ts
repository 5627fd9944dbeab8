import { Counter, Histogram, type Registry } from 'prom-client';
import type { Metrics } from './metrics.js';
import { watchedGauge } from './watched-gauge.js';

const COMPILE_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1];

/** What a process holds of the schema and of operations, so that it need not do again what it did before. */
export const planMetrics = (registers: Registry[]): Pick<Metrics, 'observePlanCompilation' | 'watchPlans' | 'watchSchemaViews' | 'watchDocuments'> => {
  const compilations = new Histogram({
    name: 'polity_graphql_plan_compilation_seconds',
    help: 'Time to compile one variant of an operation, by type.',
    labelNames: ['type'] as const,
    buckets: COMPILE_BUCKETS,
    registers,
  });
  return {
    observePlanCompilation: (type, seconds) => compilations.observe({ type }, seconds),
    watchPlans: watchedGauge(registers, 'polity_graphql_plans', 'Operations that were admitted and are kept.'),
    watchSchemaViews: (read) => {
      watchedGauge(registers, 'polity_graphql_schema_views', 'Views of the schema that are kept, one per set of rights of those who looked.')(() => read().kept);
      void new Counter({
        name: 'polity_graphql_schema_views_built_total',
        help: 'Views of the schema that were built.',
        registers,
        collect() {
          this.reset();
          this.inc(read().built);
        },
      });
    },
    watchDocuments: (read) => {
      watchedGauge(registers, 'polity_graphql_kept_documents', 'Texts that are kept by their hash for clients that send it.')(() => read().kept);
      watchedGauge(registers, 'polity_graphql_registered_documents', 'Registered documents that this node knows.')(() => read().registered);
    },
  };
};
