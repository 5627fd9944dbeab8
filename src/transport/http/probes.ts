import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../../config/index.js';
import { sha256 } from '../../kernel/crypto/index.js';
import { PolityError } from '../../kernel/errors/index.js';
import type { CapabilityStatus } from '../../kernel/lifecycle/index.js';
import type { Metrics } from '../../observability/index.js';
import { send, sendJson } from './respond.js';
import type { RouteTable } from './route-table.js';

/** What probes ask the process. */
export interface ProbeSources {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly status: () => readonly CapabilityStatus[];
  /** Reasons why the node must not get traffic; empty when it is ready. */
  readonly notReady: () => Promise<readonly string[]>;
  /** Things that work but deserve a look, such as roles that the database does not enforce. */
  readonly warnings: () => readonly string[];
  readonly version: () => Promise<Readonly<Record<string, unknown>>>;
}

/** `/livez`, `/readyz`, `/version`, `/metrics`. */
export function addProbes(routes: RouteTable, sources: ProbeSources): void {
  routes.add('GET', '/livez', (_request, response) => sendJson(response, 200, { status: 'ok' }));
  routes.add('GET', '/readyz', async (_request, response) => {
    const reasons = await sources.notReady();
    if (reasons.length > 0) response.setHeader('retry-after', '1');
    sendJson(response, reasons.length === 0 ? 200 : 503, {
      status: reasons.length === 0 ? 'ready' : 'not ready',
      reasons,
      warnings: sources.warnings(),
      capabilities: sources.status().map(({ id, version, state, startDurationMs, error, reason, since }) => ({
        id, version, state, startDurationMs, reason, error: error === undefined ? undefined : { code: error.code, message: sources.settings.production ? undefined : error.message }, since: new Date(since).toISOString(),
      })),
    });
  });
  routes.add('GET', '/version', async (_request, response) => sendJson(response, 200, await sources.version()));
  if (!sources.settings.observability.metricsEnabled) return;
  routes.add('GET', '/metrics', async (request, response) => {
    assertToken(sources.settings.observability.metricsToken?.reveal(), request.headers.authorization);
    const { contentType, body } = await sources.metrics.render();
    send(response, 200, contentType, body);
  });
}

function assertToken(expected: string | undefined, header: string | undefined): void {
  if (expected === undefined) return;
  const given = header?.startsWith('Bearer ') === true ? header.slice(7) : '';
  if (!timingSafeEqual(sha256(Buffer.from(given)), sha256(Buffer.from(expected)))) {
    throw new PolityError('UNAUTHENTICATED', 'Metrics need their token.');
  }
}
