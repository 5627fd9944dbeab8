import type { Settings } from '../../config/index.js';
import type { Logger } from '../logger.js';
import type { Tracing } from './tracing.js';

/**
 * Spans of this process, sent where the settings say; undefined where they say nothing. What makes and sends them is loaded only then.
 */
export async function openTracing({ tracing }: Pick<Settings, 'tracing'>, version: string, logger: Pick<Logger, 'warn'>): Promise<Tracing | undefined> {
  const url = tracing.tracesEndpoint ?? (tracing.endpoint === undefined ? undefined : `${tracing.endpoint}/v1/traces`);
  if (url === undefined) return undefined;
  const [{ OpenTelemetryTracing }, { openProvider }] = await Promise.all([import('./open-telemetry.js'), import('./open-provider.js')]);
  const warn = (reason: string): void => logger.warn('spans could not be sent', { reason });
  return new OpenTelemetryTracing(openProvider({ ...tracing, url, version, warn }), version, warn);
}
