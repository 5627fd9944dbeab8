import { Counter, Histogram, Registry } from 'prom-client';

// What our server counts of each request, by the same library with the same labels and buckets.

const registers = [new Registry()];
const duration = new Histogram({
  name: 'http_request_duration_seconds', help: 'Time to answer an HTTP request.', labelNames: ['method', 'route', 'status'] as const, registers,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
const operations = new Counter({ name: 'graphql_operations_total', help: 'GraphQL operations by type and outcome.', labelNames: ['type', 'outcome'] as const, registers });

/** Counts one answered request with one operation. */
export function countRequest(method: string, status: number, seconds: number): void {
  duration.observe({ method, route: '/graphql', status }, seconds);
  operations.inc({ type: 'query', outcome: 'ok' });
}
