import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Settings } from '../../config/index.js';
import { samplerOf } from './sampler.js';

/** How long one delivery may take, attempts to repeat it included: a stop waits for the last one. */
const SEND_MS = 3_000;

/** Where spans go, and which. */
export interface ProviderOptions extends Pick<Settings['tracing'], 'headers' | 'serviceName' | 'sampler' | 'samplerArgument'> {
  readonly url: string;
  readonly version: string;
  /** Told when spans could not be sent. */
  readonly warn: (message: string) => void;
}

/** Opens what collects spans and sends them by OTLP over HTTP. At most 2,048 wait; what is more is dropped. */
export function openProvider({ url, headers, serviceName, sampler, samplerArgument, version, warn }: ProviderOptions): TracerProvider {
  const silent = (): void => undefined;
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({ url, headers: Object.fromEntries(headers?.reveal() ?? []), timeoutMillis: SEND_MS });
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: samplerOf(sampler, samplerArgument),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
}
