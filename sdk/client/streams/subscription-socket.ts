import { graphqlFailure, invalidResponse, PolityClientError } from '../errors/index.js';
import { Arrivals } from './arrivals.js';
import { closeFailure } from './close-codes.js';
import { GRAPHQL_TRANSPORT_WS, readServerMessage, type ExecutionPayload, type ServerMessage } from './protocol.js';

/** Id of the only subscription of a socket. */
const ID = '1';
const NORMAL = 1000;

/** One subscription over one WebSocket. */
export interface SubscriptionRequest {
  readonly url: string;
  readonly connectionParams: Readonly<Record<string, string>>;
  readonly query: string;
  readonly variables: object;
  /** Milliseconds for opening the socket, for the acknowledgement, and for the answer to a ping. */
  readonly timeoutMs: number;
  /** Milliseconds of silence after which the server is asked whether it is still there. */
  readonly pingMs: number;
  /** Most results that wait for the reader; then the socket is closed instead of letting the queue grow. */
  readonly mostWaiting: number;
  readonly signal: AbortSignal;
  readonly WebSocket: typeof globalThis.WebSocket;
  /** Called when the server has accepted the credential. */
  readonly onAcknowledged: () => void;
}

/** The reader was slower than the server; what had arrived is given out before this is thrown. */
export class ReaderTooSlow extends Error {}

/**
 * Opens a socket, subscribes, and gives the results until the server completes the subscription.
 * @throws PolityClientError for errors of the subscription and for every other end of the connection
 */
export async function* subscribeOnce(request: SubscriptionRequest): AsyncGenerator<ExecutionPayload, void, void> {
  const arrivals = new Arrivals<ExecutionPayload>();
  const socket = new request.WebSocket(request.url, GRAPHQL_TRANSPORT_WS);
  const connection = new SubscriptionConnection(socket, arrivals, request);
  const abort = (): void => arrivals.end();
  request.signal.addEventListener('abort', abort, { once: true });
  if (request.signal.aborted) abort();
  try {
    yield* arrivals.take();
  } finally {
    request.signal.removeEventListener('abort', abort);
    connection.close();
  }
}

/** Speaks the protocol on one socket and fills the arrivals. */
class SubscriptionConnection {
  private timer: ReturnType<typeof setTimeout>;
  private acknowledged = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly arrivals: Arrivals<ExecutionPayload>,
    private readonly request: SubscriptionRequest,
  ) {
    this.timer = setTimeout(() => this.lost('The server did not accept the connection in time.'), request.timeoutMs);
    socket.addEventListener('open', () => this.send({ type: 'connection_init', payload: request.connectionParams }));
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => this.receive(readServerMessage(data)));
    // `close` follows and says more than `error` may.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code }: { readonly code: number }) => this.end(closeFailure(code)));
  }

  /** Leaves; the reader may have gone before the server. */
  close(): void {
    clearTimeout(this.timer);
    if (this.acknowledged) this.send({ type: 'complete', id: ID });
    this.end();
  }

  private receive(message: ServerMessage | undefined): void {
    if (this.arrivals.ended) return;
    if (message === undefined) return this.end(invalidResponse('The server sent a message that is not of graphql-transport-ws.', {}));
    if (this.acknowledged) this.watch();
    switch (message.type) {
      case 'connection_ack':
        return this.subscribe();
      case 'ping':
        return this.send({ type: 'pong' });
      case 'pong':
        return undefined;
      case 'next':
        this.arrivals.push(message.payload);
        if (this.arrivals.size >= this.request.mostWaiting) this.end(new ReaderTooSlow());
        return undefined;
      case 'error':
        return this.end(graphqlFailure(message.payload, undefined, {}));
      case 'complete':
        return this.end();
    }
  }

  private subscribe(): void {
    if (this.acknowledged) return;
    this.acknowledged = true;
    this.request.onAcknowledged();
    const { query, variables } = this.request;
    this.send({ type: 'subscribe', id: ID, payload: { query, variables } });
    this.watch();
  }

  /** After a time of silence asks for a sign of life. Half of a cut connection looks like a quiet one. */
  private watch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.send({ type: 'ping' });
      this.timer = setTimeout(() => this.lost('The server gave no sign of life.'), this.request.timeoutMs);
    }, this.request.pingMs);
  }

  private lost(message: string): void {
    this.end(new PolityClientError({ code: 'TIMEOUT', kind: 'timeout', message }));
  }

  private end(error?: unknown): void {
    clearTimeout(this.timer);
    this.arrivals.end(error);
    if (this.socket.readyState <= this.socket.OPEN) this.socket.close(NORMAL);
  }

  private send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
