import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { RequestInfo } from '../../system/shared/contracts/index.js';
import { API_KEY_HEADER } from '../http/credentials.js';
import { AddressBuckets } from '../rate-limits/address-buckets.js';
import type { RateBudget } from '../rate-limits/rate-budget.js';
import { CLOSE } from './close-codes.js';
import { createProtocol, type ProtocolOptions, type SocketState } from './create-protocol.js';
import { FrameWriter } from './frame-writer.js';
import { closeSocket, keepAlive, protocolSocket } from './socket-adapter.js';

const PATH = '/graphql';
const MOST_BYTES_PER_MESSAGE = 262_144;
const CLOSE_WAIT_MS = 500;
/** A hundred at once, two per second: a client that waits as long as it should between its attempts never comes near. */
const IDLE_CONNECTIONS: RateBudget = { size: 100, rate: 2, share: 1 };

// Made here: a function of the upgrade would hold its request as long as the socket lives.
function destroy(this: Duplex): void {
  this.destroy();
}

/** What the WebSocket endpoint runs on. */
export interface WebSocketEndpointOptions extends ProtocolOptions {
  readonly infoOf: (request: IncomingMessage) => RequestInfo;
  readonly ready: () => boolean;
}

/** `ws /graphql`, protocol graphql-transport-ws: queries, mutations and subscriptions through the same guarded schema. */
export class WebSocketEndpoint {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_BYTES_PER_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  private readonly protocol;
  /** By address: connections that ended without an operation, as those of a client that is refused and comes again do. */
  private readonly idleConnections = new AddressBuckets(IDLE_CONNECTIONS);

  constructor(private readonly options: WebSocketEndpointOptions) {
    this.protocol = createProtocol(options);
  }

  /** Takes the upgrade requests of an HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.on('error', destroy);
      const refusal = this.refusalOf(request);
      if (refusal !== undefined) {
        stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.sockets.handleUpgrade(request, stream, head, (socket) => this.open(socket, stream, request));
    });
  }

  /** Closes all sockets, and with them all operations; those that do not answer are cut off. */
  async close(): Promise<void> {
    for (const socket of this.sockets.clients) closeSocket(socket, CLOSE.goingAway);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_WAIT_MS);
    this.sockets.close(() => resolve());
    await promise;
    clearTimeout(timer);
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private refusalOf(request: IncomingMessage): string | undefined {
    if (request.url?.split('?', 1)[0] !== PATH) return '404 Not Found';
    return this.options.ready() ? undefined : '503 Service Unavailable';
  }

  private open(socket: WebSocket, stream: Duplex, handshake: IncomingMessage): void {
    const { authorization, [API_KEY_HEADER]: apiKey } = handshake.headers;
    const { report, now } = this.options;
    const state: SocketState = { socket, offered: { authorization, apiKey }, info: this.options.infoOf(handshake), frames: new FrameWriter(socket, stream), results: new Map() };
    socket.on('error', () => {
      // A broken frame was answered with its close code by the library; a broken connection has nobody left to answer.
      if (socket.readyState === socket.OPEN) socket.terminate();
    });
    if (this.idleConnections.isSpent(state.info.ip, now())) return closeSocket(socket, CLOSE.reconnects);
    keepAlive(socket);
    const closed = this.protocol.opened(protocolSocket(socket, report), state);
    socket.once('close', (code, reason) => {
      state.caller?.stop();
      if (state.hasAsked !== true) this.idleConnections.spend(state.info.ip, 1, now());
      closed(code, reason.toString()).catch(report);
    });
  }
}
