import { answer, content, responseRef, schemaRef, type DeclaredRoute } from '../declared-route.js';

const tags = ['Operations'] as const;

/** What operators and orchestrators ask. */
export const probeRoutes: readonly DeclaredRoute[] = [
  {
    method: 'GET', path: '/livez',
    operation: { operationId: 'livez', tags, summary: 'Whether the process is there.', responses: { 200: answer('It is.', content(schemaRef('Health'))) } },
  },
  {
    method: 'GET', path: '/readyz',
    operation: {
      operationId: 'readyz', tags, summary: 'Whether the node takes traffic, and why not.',
      responses: { 200: answer('It does.', content(schemaRef('Readiness'))), 503: answer('It does not; the reasons are named.', content(schemaRef('Readiness'))) },
    },
  },
  {
    method: 'GET', path: '/version',
    operation: { operationId: 'version', tags, summary: 'What runs.', responses: { 200: answer('The release.', content(schemaRef('Version'))) } },
  },
  {
    method: 'GET', path: '/metrics', isOptional: true,
    operation: {
      operationId: 'metrics', tags, summary: 'Metrics for Prometheus.',
      description: 'Off with POLITY_METRICS_ENABLED=0. With POLITY_METRICS_TOKEN the scraper sends that token.',
      security: [{}, { metricsToken: [] }],
      responses: { 200: answer('Metrics in the text format of Prometheus.', content({ type: 'string' }, 'text/plain')), 401: responseRef('Unauthorized') },
    },
  },
];
