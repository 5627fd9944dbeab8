import type { IncomingHttpHeaders } from 'node:http';
import type { GraphqlOperationType, GraphqlOutcome } from '../metrics.js';

/** One GraphQL operation that was answered, or one stream that was opened. */
export interface OperationRecord {
  /** `performance.now()` of its beginning. */
  readonly startedAt: number;
  readonly type: GraphqlOperationType;
  readonly name: string | undefined;
  /** Only its hash is recorded: texts may hold values. */
  readonly document: string | undefined;
  /** Estimated; absent for what was refused before it was priced. */
  readonly cost: number | undefined;
  /** True when it was answered by its plan. */
  readonly planned: boolean;
  readonly outcome: GraphqlOutcome;
  /** Codes of its errors. */
  readonly codes: readonly string[];
  /** How many of its fields were denied. */
  readonly deniedFields: number;
}

/** The trace that a request belongs to. */
export interface RequestTrace {
  /** Records an operation of the request. */
  operation(record: OperationRecord): void;
  /** What a planned operation of the request knows before its end. */
  planned?: { readonly startedAt: number; cost?: number };
}

/** The trace of an HTTP request, with the span that the request is. */
export interface HttpTrace extends RequestTrace {
  /** For the lines of the log. */
  readonly traceId: string;
  readonly spanId: string;
  /** Ends the span. @param route - as declared; undefined for an address that there is not */
  end(answer: { readonly status: number; readonly route: string | undefined }): void;
}

/** What an HTTP request is known by. */
export interface TracedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string | undefined;
}

/** Spans of a process. There is none where tracing is off. */
export interface Tracing {
  /** Begins the span of an HTTP request, within the trace that its headers name (W3C Trace Context); malformed ones are no trace. */
  request(request: TracedRequest): HttpTrace;
  /** The trace that the headers of a WebSocket handshake name: each of its operations is a span of its own in it. */
  handshake(headers: IncomingHttpHeaders): RequestTrace;
  /** Sends what was not sent yet; waits a few seconds at most. */
  stop(): Promise<void>;
}
