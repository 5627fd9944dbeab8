import { GraphQLError, type ExecutionArgs } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { newId } from '../../kernel/ids/index.js';
import type { ServiceContainer } from '../../kernel/services/index.js';
import { formatError, type ReportInternal } from '../../graphql/index.js';
import { authenticatorRef, metricsRef, type RequestInfo } from '../../system/shared/contracts/index.js';
import { credentialsOf } from '../http/credentials.js';
import { asPolityError } from '../http/respond.js';
import { asksForCost } from '../asks-for-cost.js';
import { asksForTrace } from '../asks-for-trace.js';
import { mapEvents } from '../map-events.js';
import { OperationResults } from '../operation-results.js';
import { isRefused, type OperationPreparer, type PreparedOperation } from '../prepare-operation.js';
import { createRequestContext } from '../request-contexts.js';
import { CLOSE } from './close-codes.js';
import type { FrameWriter } from './frame-writer.js';
import { closeSocket } from './socket-adapter.js';
import { SocketCaller } from './socket-caller.js';

const MOST_OPERATIONS_PER_SOCKET = 100;
const INIT_WAIT_MS = 3_000;

/** What is kept of one socket. */
export interface SocketState {
  readonly socket: WebSocket;
  /** What the handshake offered to sign in with; forgotten when that is over. */
  offered: { readonly authorization: string | undefined; readonly apiKey: string | string[] | undefined } | undefined;
  readonly info: RequestInfo;
  /** Writes what many sockets get. */
  readonly frames: FrameWriter;
  /** Set when the connection is acknowledged. */
  caller?: SocketCaller;
  /** True once it has asked for an operation as somebody. */
  hasAsked?: boolean;
  /** Operations that run, by their id. */
  readonly results: Map<string, OperationResults>;
}

/** What the protocol runs on. */
export interface ProtocolOptions {
  readonly container: ServiceContainer;
  readonly preparer: OperationPreparer;
  readonly now: () => number;
  readonly report: ReportInternal;
}

type Params = Record<string, unknown>;
type Running = { readonly id: string; readonly prepared: PreparedOperation; readonly results: OperationResults; readonly state: SocketState };

/** graphql-transport-ws over prepared operations: the library speaks the protocol, all decisions are ours. */
export function createProtocol(options: ProtocolOptions): Server<SocketState> {
  const { container, preparer, now, report } = options;
  const running = new WeakMap<ExecutionArgs, Running>();
  const run = async (args: ExecutionArgs): Promise<never> => {
    const { id, prepared, results, state } = running.get(args) as Running;
    const outcome = await results.run(prepared, prepared.operation.operation === 'subscription' ? state.frames.for(id) : undefined);
    // A stream that ended with its caller leaves the last word to the socket: `complete` would read as a happy end.
    const lookAgain = async (): Promise<void> => void (await state.caller?.current());
    return (Symbol.asyncIterator in outcome ? mapEvents(outcome, (result) => result, lookAgain) : outcome) as never;
  };
  return makeServer<Params, SocketState>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    onConnect: async ({ connectionParams, extra }) => connect(options, extra, connectionParams ?? {}),
    onSubscribe: async (context, id, payload) => {
      const { extra } = context;
      if (Object.keys(context.subscriptions).length > MOST_OPERATIONS_PER_SOCKET) return [tooMany()];
      let caller;
      try {
        caller = await extra.caller?.current();
      } catch (error) {
        return [new GraphQLError('', { originalError: error as Error })];
      }
      extra.hasAsked = true;
      if (caller === undefined) return [new GraphQLError('Unauthorized', { extensions: { code: 'UNAUTHENTICATED' } })];
      const requestContext = createRequestContext(container, { ...extra.info, id: newId('req'), now: now() }, caller);
      const prepared = await preparer.prepare({ ...payload, reportsCost: asksForCost(undefined, payload.extensions), reportsTrace: asksForTrace(undefined, payload.extensions) }, requestContext);
      if (isRefused(prepared)) {
        container.get(metricsRef).countGraphqlOperation('unknown', 'invalid');
        return prepared;
      }
      const { operation, document } = prepared;
      const results = new OperationResults(requestContext, { name: operation.name?.value, type: operation.operation }, report);
      const args: ExecutionArgs = { document, operationName: payload.operationName, contextValue: requestContext, rootValue: undefined, schema: undefined as never };
      running.set(args, { id, prepared, results, state: extra });
      extra.results.set(id, results);
      return args;
    },
    execute: run,
    subscribe: run,
    // The library would format the errors again.
    onNext: (_context, _id, _payload, _args, result) => result as never,
    onError: async ({ extra }, id, _payload, errors) => {
      const results = extra.results.get(id);
      const formatted = await Promise.all(errors.map(async (error) => (results === undefined ? [formatError((error as GraphQLError).toJSON(), error, report)] : results.failure(error))));
      return formatted.flat() as never;
    },
    onComplete: ({ extra }, id) => {
      extra.results.delete(id);
    },
  });
}

async function connect({ container, now, report }: ProtocolOptions, state: SocketState, params: Params): Promise<boolean> {
  const { socket, offered } = state;
  state.offered = undefined;
  const authenticator = container.get(authenticatorRef);
  const credentials = credentialsOf({ authorization: params.authorization ?? params.Authorization ?? offered?.authorization, apiKey: params.apiKey ?? offered?.apiKey });
  try {
    const caller = await authenticator.authenticate(credentials, now());
    // A socket that closed meanwhile will not say so again.
    if (socket.readyState !== socket.OPEN) return false;
    state.caller = new SocketCaller(caller, { authenticator, now, report, close: (reason) => closeSocket(socket, reason) });
    return (await state.caller.read()) !== undefined;
  } catch (thrown) {
    const error = asPolityError(thrown);
    if (error.kind === 'internal') report(thrown);
    if (error.kind === 'internal') closeSocket(socket, CLOSE.internal);
    if (error.kind === 'unavailable') closeSocket(socket, CLOSE.tryAgainLater);
    return false;
  }
}

function tooMany(): GraphQLError {
  return new GraphQLError(`A socket may run at most ${MOST_OPERATIONS_PER_SOCKET} operations at once.`, { extensions: { code: 'RATE_LIMITED' } });
}
