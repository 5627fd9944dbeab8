import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeStreams } from './fake-streams.js';

/** A request as the fake server got it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly query?: string; readonly variables?: Record<string, unknown> } | undefined;
}

/** What the fake server does with a request: answers, never answers, or cuts the connection. */
export type FakeAnswer =
  | { readonly status?: number; readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'cut';

/** A decision as the server gives it. */
export const allow = {
  decision: 'ALLOW', denyCode: null, reason: 'A role covers it.', traceId: 'trc_1', auditEventId: 'audit_1', revision: 'rev_1',
};

/** A denial as the server gives it. */
export const deny = { ...allow, decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS', reason: 'It lies outside.', traceId: 'trc_2', auditEventId: 'audit_2' };

/** An HTTP and WebSocket server that does what a test tells it and remembers what it was sent. */
export class FakePolity {
  readonly requests: SeenRequest[] = [];
  readonly streams: FakeStreams;
  /** Decides the answer of each request; `number` counts from 1. */
  answer: (request: SeenRequest, number: number) => FakeAnswer = () => ({ json: { data: { check: allow } } });
  /** Stays the same after the stop, so that a test can come back to it. */
  port = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.streams = new FakeStreams(this.server);
  }

  static async start(port = 0): Promise<FakePolity> {
    const fake = new FakePolity();
    await new Promise<void>((resolve) => {
      fake.server.listen(port, '127.0.0.1', resolve);
    });
    fake.port = (fake.server.address() as AddressInfo).port;
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.streams.stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const seen: SeenRequest = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: text === '' ? undefined : (JSON.parse(text) as object) };
    const answer = this.answer(seen, this.requests.push(seen));
    if (answer === 'hang') return;
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    const isJson = answer.text === undefined;
    response.writeHead(answer.status ?? 200, {
      'content-type': isJson ? 'application/json' : 'text/html', 'x-request-id': request.headers['x-request-id'] ?? 'req_made_here', ...answer.headers,
    });
    response.end(answer.text ?? JSON.stringify(answer.json));
  }
}
