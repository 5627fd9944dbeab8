import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it was sent. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly durationNs: bigint;
}

interface Value { readonly stringValue?: string; readonly intValue?: number; readonly boolValue?: boolean; readonly doubleValue?: number }
interface Pair { readonly key: string; readonly value: Value }
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly { name: string; kind: number; traceId: string; spanId: string; parentSpanId?: string; attributes: readonly Pair[]; status: { code?: number }; startTimeUnixNano: string; endTimeUnixNano: string }[] }[];
  }[];
}

/** Where a collector takes nothing. */
export const REFUSED = '/refused';

/** Takes spans by OTLP over HTTP, as a collector does. */
export class SpanCollector {
  readonly spans: CollectedSpan[] = [];
  /** Of each delivery. */
  readonly deliveries: { readonly path: string | undefined; readonly token: string | undefined; readonly service: unknown }[] = [];
  private readonly server = createServer((request, response) => {
    json(request).then((sent) => {
      if (request.url === REFUSED) return void response.writeHead(400).end();
      this.take(sent as Sent, request.url, request.headers['x-token'] as string | undefined);
      response.setHeader('content-type', 'application/json').end('{}');
    }, () => response.writeHead(400).end());
  });

  static async start(): Promise<SpanCollector> {
    const collector = new SpanCollector();
    collector.server.listen(0, '127.0.0.1');
    await once(collector.server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Spans of one trace. */
  of(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private take({ resourceSpans }: Sent, path: string | undefined, token: string | undefined): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      this.deliveries.push({ path, token, service: recordOf(resource.attributes)['service.name'] });
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, kind, traceId, spanId, parentSpanId, attributes, status, startTimeUnixNano, endTimeUnixNano } = span;
        this.spans.push({ name, kind, traceId, spanId, parentSpanId, attributes: recordOf(attributes), isError: status.code === 2, durationNs: BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano) });
      }
    }
  }
}

function recordOf(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue ?? value.doubleValue]));
}
