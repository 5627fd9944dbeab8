import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Tracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { HttpTrace, OperationRecord, RequestTrace, TracedRequest, Tracing } from './tracing.js';

/** Spans by the semantic conventions of OpenTelemetry for HTTP servers and GraphQL; what these have no name for begins with `polity.`. */
export class OpenTelemetryTracing implements Tracing {
  private readonly tracer: Tracer;
  private readonly propagator = new W3CTraceContextPropagator();

  /** @param warn - told when the last spans could not be sent */
  constructor(
    private readonly provider: TracerProvider,
    version: string,
    private readonly warn: (message: string) => void,
  ) {
    this.tracer = provider.getTracer('polity', version);
  }

  request({ method, path, headers, ip }: TracedRequest): HttpTrace {
    const parent = this.parentOf(headers);
    const span = this.tracer.startSpan(method, {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': method, 'url.path': path, 'url.scheme': 'http', ...(ip === undefined ? {} : { 'client.address': ip }) },
    }, parent);
    const { traceId, spanId } = span.spanContext();
    return {
      traceId, spanId,
      operation: this.operationsIn(trace.setSpan(parent, span)),
      end: ({ status, route }) => {
        span.setAttribute('http.response.status_code', status);
        if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(status));
        span.end();
      },
    };
  }

  handshake(headers: IncomingHttpHeaders): RequestTrace {
    return { operation: this.operationsIn(this.parentOf(headers)) };
  }

  async stop(): Promise<void> {
    // A collector that is away costs the last spans, and nothing else.
    await this.provider.shutdown().catch((error: unknown) => this.warn(String(error)));
  }

  private parentOf(headers: IncomingHttpHeaders): Context {
    return headers.traceparent === undefined ? ROOT_CONTEXT : this.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  }

  private operationsIn(context: Context): RequestTrace['operation'] {
    return (record) => {
      const span = this.tracer.startSpan(record.type === 'unknown' ? 'GraphQL Operation' : record.type, { kind: SpanKind.INTERNAL, startTime: record.startedAt }, context);
      if (span.isRecording()) {
        span.setAttributes(attributesOf(record));
        if (record.outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
      }
      // By the clock of its start: left to itself, a span whose start was given ends by the wall clock, in whole milliseconds.
      span.end(performance.now());
    };
  }
}

function attributesOf({ type, name, document, cost, planned, outcome, codes, deniedFields }: OperationRecord): Attributes {
  return {
    ...(type === 'unknown' ? {} : { 'graphql.operation.type': type }),
    ...(name === undefined ? {} : { 'graphql.operation.name': name }),
    ...(document === undefined ? {} : { 'polity.graphql.document.sha256': createHash('sha256').update(document).digest('hex') }),
    ...(cost === undefined ? {} : { 'polity.graphql.cost.estimated': cost }),
    'polity.graphql.plan.hit': planned,
    'polity.graphql.outcome': outcome,
    'polity.graphql.denied_fields': deniedFields,
    ...(codes[0] === undefined ? {} : { 'error.type': codes[0] }),
  };
}
