import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { boundedLabel, OTHER } from './bounded-label.js';
import { LeanHistogram } from './lean-histogram.js';
import type { Metrics, PoolState } from './metrics.js';
import { planMetrics } from './plan-metrics.js';
import { watchedGauge } from './watched-gauge.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const COST_BUCKETS = [1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000];
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const entry = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

const httpMetrics = (registers: Registry[]): Pick<Metrics, 'observeHttpRequest'> => {
  const duration = new LeanHistogram({
    name: 'polity_http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const boundedRoute = boundedLabel(50);
  // By method, route and status: three keys that need not be joined.
  const series = new Map<string, Map<string, Map<number, (seconds: number) => void>>>();
  const seriesOf = (method: string, route: string, status: number): ((seconds: number) => void) => {
    const ofMethod = entry(series, method, () => new Map<string, Map<number, (seconds: number) => void>>());
    return entry(entry(ofMethod, route, () => new Map<number, (seconds: number) => void>()), status, () => duration.of({ method, route, status }));
  };
  return {
    observeHttpRequest: ({ method, route, status, seconds }) => seriesOf(METHODS.has(method) ? method : OTHER, boundedRoute(route), status)(seconds),
  };
};

const graphqlMetrics = (registers: Registry[]): Pick<Metrics, 'countGraphqlOperation' | 'countPlanHit' | 'countStreamDeliveries' | 'observeOperationCost' | 'countCostExceeded' | 'countRateLimited' | 'countUnregisteredDocument'> => {
  const operations = new Counter({
    name: 'polity_graphql_operations_total',
    help: 'GraphQL operations by type and outcome.',
    labelNames: ['type', 'outcome'] as const,
    registers,
  });
  const planHits = new Counter({ name: 'polity_graphql_plan_hits_total', help: 'GraphQL operations that were answered by their compiled plans.', labelNames: ['type'] as const, registers });
  const deliveries = new Counter({
    name: 'polity_stream_deliveries_total',
    help: 'Answers to events that subscribers got, by whether their execution was shared with others.',
    labelNames: ['execution'] as const,
    registers,
  });
  const costs = new LeanHistogram({
    name: 'polity_graphql_operation_cost',
    help: 'Estimated cost of GraphQL operations by type.',
    labelNames: ['type'] as const,
    buckets: COST_BUCKETS,
    registers,
  });
  const costSeries = new Map<string, (estimated: number) => void>();
  const exceeded = new Counter({
    name: 'polity_graphql_cost_exceeded_total',
    help: 'GraphQL operations above the most that one may cost, by whether they were refused or only measured.',
    labelNames: ['type', 'outcome'] as const,
    registers,
  });
  const limited = new Counter({
    name: 'polity_rate_limited_total',
    help: 'Operations and decisions that a rate limit refused, by whose budget was spent.',
    labelNames: ['scope'] as const,
    registers,
  });
  const unregistered = new Counter({
    name: 'polity_graphql_unregistered_documents_total',
    help: 'Valid GraphQL operations whose document is not registered, while POLITY_TRUSTED_DOCUMENTS is log.',
    labelNames: ['type'] as const,
    registers,
  });
  return {
    countGraphqlOperation: (type, outcome) => operations.inc({ type, outcome }),
    countPlanHit: (type) => planHits.inc({ type }),
    countStreamDeliveries: (execution, count) => deliveries.inc({ execution }, count),
    observeOperationCost: (type, estimated) => entry(costSeries, type, () => costs.of({ type }))(estimated),
    countCostExceeded: (type, outcome) => exceeded.inc({ type, outcome }),
    countRateLimited: (scope) => limited.inc({ scope }),
    countUnregisteredDocument: (type) => unregistered.inc({ type }),
  };
};

const schemaMetrics = (registers: Registry[]): Pick<Metrics, 'countSchemaSwap' | 'watchSchemaVersion'> => {
  const swaps = new Counter({
    name: 'polity_schema_swaps_total',
    help: 'Changes of the GraphQL schema while the process runs, by whether they were taken over or refused.',
    labelNames: ['outcome'] as const,
    registers,
  });
  return {
    countSchemaSwap: (outcome) => swaps.inc({ outcome }),
    watchSchemaVersion: (read) =>
      void new Gauge({
        name: 'polity_schema_info',
        help: 'Version of the GraphQL schema, always 1; nodes with different ones have different plugins.',
        labelNames: ['version'] as const,
        registers,
        collect() {
          // Only the one of now: each that there ever was would be a time series for ever.
          this.reset();
          this.set({ version: read() }, 1);
        },
      }),
  };
};

const governanceMetrics = (registers: Registry[]): Pick<Metrics, 'countDecisions' | 'countAuditEvents' | 'countAuthentication' | 'countSelfChecks'> => {
  const decisions = new Counter({
    name: 'polity_decisions_total',
    help: 'Authorization decisions by result and deny code.',
    labelNames: ['decision', 'deny_code'] as const,
    registers,
  });
  const auditEvents = new Counter({
    name: 'polity_audit_events_total',
    help: 'Audit events written, by the first part of their type.',
    labelNames: ['class'] as const,
    registers,
  });
  const authentications = new Counter({
    name: 'polity_authentications_total',
    help: 'Attempts to prove an identity, by method and outcome.',
    labelNames: ['method', 'outcome'] as const,
    registers,
  });
  const selfChecks = new Counter({
    name: 'polity_decision_self_checks_total',
    help: 'Decisions from memory that were made again from the database, by whether both were the same.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const boundedDenyCode = boundedLabel(64);
  const boundedClass = boundedLabel(64);
  return {
    countDecisions: (decision, denyCode = 'none', count = 1) =>
      decisions.inc({ decision, deny_code: boundedDenyCode(denyCode) }, count),
    countAuditEvents: (type, count = 1) => auditEvents.inc({ class: boundedClass(type.split('.', 1)[0] ?? type) }, count),
    countAuthentication: (method, outcome) => authentications.inc({ method, outcome }),
    countSelfChecks: (outcome) => selfChecks.inc({ outcome }),
  };
};

const deliveryMetrics = (registers: Registry[]): Pick<Metrics, 'countEventDeliveries'> => {
  const deliveries = new Counter({
    name: 'polity_event_deliveries_total',
    help: 'Deliveries of outbox events to subscribers, by whether they were handled.',
    labelNames: ['outcome'] as const,
    registers,
  });
  return { countEventDeliveries: (outcome) => deliveries.inc({ outcome }) };
};

const factIndexMetrics = (registers: Registry[]): Pick<Metrics, 'watchFactIndexes'> => ({
  watchFactIndexes: (read) => {
    watchedGauge(registers, 'polity_fact_index_spaces', 'Spaces whose authorization facts are in memory.')(() => read().spaces);
    watchedGauge(registers, 'polity_fact_index_bytes', 'Memory that the authorization facts of Spaces take, about.')(() => read().bytes);
  },
});

const poolMetrics = (registers: Registry[]): Pick<Metrics, 'watchPool'> => {
  const pools = new Map<string, () => PoolState>();
  void new Gauge({
    name: 'polity_database_pool_connections',
    help: 'Connections of a pool that are open or idle, and callers waiting for one.',
    labelNames: ['pool', 'state'] as const,
    registers,
    collect() {
      for (const [pool, read] of pools) {
        for (const [state, value] of Object.entries(read())) this.set({ pool, state }, value as number);
      }
    },
  });
  return { watchPool: (pool, read) => void pools.set(pool, read) };
};

/**
 * Makes the metrics of a process, in a registry of their own, with the defaults of the runtime (memory, CPU, event-loop lag,
 * garbage collection).
 */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    ...httpMetrics(registers),
    ...graphqlMetrics(registers),
    ...schemaMetrics(registers),
    ...planMetrics(registers),
    ...governanceMetrics(registers),
    ...deliveryMetrics(registers),
    ...poolMetrics(registers),
    ...factIndexMetrics(registers),
    watchStuckSubscriptions: watchedGauge(registers, 'polity_event_subscriptions_stuck', 'Subscriptions that stand still at an event that keeps failing.'),
    watchSequencerLag: watchedGauge(registers, 'polity_sequencer_lag_seconds', 'Age of the oldest event without a place in the log.'),
    watchRevisionFeedLag: watchedGauge(registers, 'polity_revision_feed_lag_seconds', 'Time since every revision was known.'),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
};
