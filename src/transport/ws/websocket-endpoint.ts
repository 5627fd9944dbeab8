import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { newId } from '../../kernel/ids/index.js';
import type { ServiceContainer } from '../../kernel/services/index.js';
import { formatError, type ReportInternal } from '../../graphql/index.js';
import { authenticatorRef, type Caller, type RequestContext, type RequestInfo } from '../../system/shared/contracts/index.js';
import { credentialsOf } from '../http/credentials.js';
import { settleResult } from '../operation-results.js';
import { isRefused, type OperationPreparer, type PreparedOperation } from '../prepare-operation.js';
import { createRequestContext } from '../request-contexts.js';

const MOST_BYTES_PER_MESSAGE = 262_144;
const MOST_OPERATIONS_PER_SOCKET = 100;
/** Unsent bytes after which a reader is too slow: its queue would only grow. */
const MOST_UNSENT_BYTES = 4_194_304;
const PING_MS = 15_000;
const GOING_AWAY = 1001;

interface Extra {
  readonly socket: WebSocket;
  readonly handshake: IncomingMessage;
  readonly info: RequestInfo;
  caller: Caller;
}

/** What the WebSocket endpoint runs on. */
export interface WebSocketEndpointOptions {
  readonly container: ServiceContainer;
  readonly preparer: OperationPreparer;
  readonly infoOf: (request: IncomingMessage) => RequestInfo;
  readonly ready: () => boolean;
  readonly now: () => number;
  readonly report: ReportInternal;
}

/** `ws /graphql`, protocol graphql-transport-ws: queries, mutations and subscriptions through the same guarded schema. */
export class WebSocketEndpoint {
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES_PER_MESSAGE, perMessageDeflate: false, handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false) });
  private readonly protocol = this.createProtocol();

  constructor(private readonly options: WebSocketEndpointOptions) {}

  /** Takes the upgrade requests of an HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.on('error', () => stream.destroy());
      if (request.url?.split('?', 1)[0] !== '/graphql' || !this.options.ready()) {
        stream.end(`HTTP/1.1 ${this.options.ready() ? '404 Not Found' : '503 Service Unavailable'}\r\nconnection: close\r\n\r\n`);
        return;
      }
      this.sockets.handleUpgrade(request, stream, head, (socket) => this.open(socket, request));
    });
  }

  /** Completes all subscriptions and closes all sockets. */
  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.close(GOING_AWAY, 'Going away');
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 500).unref();
      this.sockets.close(() => resolve());
    });
    for (const socket of this.sockets.clients) socket.terminate();
  }

  private open(socket: WebSocket, handshake: IncomingMessage): void {
    const extra: Extra = { socket, handshake, info: this.options.infoOf(handshake), caller: undefined as never };
    let alive = true;
    const pinger = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, PING_MS);
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('error', () => socket.terminate());
    const closed = this.protocol.opened({
      protocol: socket.protocol,
      send: (data) => new Promise((resolve, reject) => {
        if (socket.bufferedAmount > MOST_UNSENT_BYTES) socket.close(CloseCode.TooManyInitialisationRequests, 'Too slow: resume from the last cursor');
        socket.send(data, (error) => (error === null || error === undefined ? resolve() : reject(error)));
      }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (callback) => {
        socket.on('message', (data) => {
          callback(String(data)).catch((error: unknown) => {
            this.options.report(error);
            socket.close(CloseCode.InternalServerError, 'Internal error');
          });
        });
      },
    }, extra);
    socket.on('close', (code, reason) => {
      clearInterval(pinger);
      void closed(code, String(reason));
    });
  }

  private createProtocol(): ReturnType<typeof makeServer<Record<string, unknown>, Extra>> {
    const { container, now, report } = this.options;
    const running = new WeakMap<object, PreparedOperation>();
    const contexts = new WeakMap<object, RequestContext>();
    const stops = new WeakMap<WebSocket, () => void>();
    return makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: 3_000,
      onConnect: async ({ connectionParams, extra }) => {
        const { headers } = extra.handshake;
        const params = connectionParams ?? {};
        const credentials = credentialsOf({
          authorization: params.authorization ?? params.Authorization ?? headers.authorization,
          apiKey: params.apiKey ?? headers['x-polity-api-key'],
        });
        const authenticator = container.get(authenticatorRef);
        try {
          extra.caller = await authenticator.authenticate(credentials, now());
        } catch {
          return false;
        }
        // A caller that ended takes its socket along, so that its client signs in again instead of waiting.
        stops.set(extra.socket, authenticator.onChange((affects) => {
          if (!affects(extra.caller)) return;
          authenticator.refresh(extra.caller, now()).then((fresh) => {
            if (fresh === undefined) extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
            else extra.caller = fresh;
          }, report);
        }));
        return true;
      },
      onDisconnect: ({ extra }) => stops.get(extra.socket)?.(),
      onSubscribe: (context, _id, payload) => {
        const { extra } = context;
        if (Object.keys(context.subscriptions).length > MOST_OPERATIONS_PER_SOCKET) {
          extra.socket.close(CloseCode.TooManyInitialisationRequests, 'Too many operations');
          return [];
        }
        const requestContext = createRequestContext(container, { ...extra.info, id: newId('req'), now: now() }, extra.caller);
        const prepared = this.options.preparer.prepare({ query: payload.query, operationName: payload.operationName, variables: payload.variables }, requestContext);
        if (isRefused(prepared)) return prepared;
        const args = { document: prepared.document, operationName: payload.operationName, contextValue: requestContext, schema: undefined as never };
        running.set(args, prepared);
        contexts.set(args, requestContext);
        return args;
      },
      execute: (args) => (running.get(args) as PreparedOperation).run() as Promise<ExecutionResult>,
      subscribe: (args) => (running.get(args) as PreparedOperation).run() as Promise<never>,
      onNext: async (_context, _id, _payload, args, result) => {
        const requestContext = contexts.get(args);
        const prepared = running.get(args);
        if (requestContext === undefined || prepared === undefined) return undefined;
        return settleResult(result as ExecutionResult, requestContext, { name: prepared.operation.name?.value, type: prepared.operation.operation }, report) as never;
      },
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError((error as GraphQLError).toJSON(), error, report)) as never,
    });
  }
}
