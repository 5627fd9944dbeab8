import type { GraphqlError } from '../errors/index.js';

/** Sub-protocol of the WebSocket: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
export const GRAPHQL_TRANSPORT_WS = 'graphql-transport-ws';

/** Result of one execution, as `next` carries it. */
export interface ExecutionPayload {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
}

/** What a server may send. */
export type ServerMessage =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' }
  | { readonly type: 'next'; readonly id: string; readonly payload: ExecutionPayload }
  | { readonly type: 'error'; readonly id: string; readonly payload: readonly GraphqlError[] }
  | { readonly type: 'complete'; readonly id: string };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Reads a frame; undefined when it breaks the protocol. */
export function readServerMessage(frame: unknown): ServerMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(String(frame));
  } catch {
    return undefined;
  }
  if (!isObject(message)) return undefined;
  switch (message.type) {
    case 'connection_ack':
    case 'ping':
    case 'pong':
      return { type: message.type };
    case 'next':
      return typeof message.id === 'string' && isObject(message.payload) ? (message as ServerMessage) : undefined;
    case 'error':
      return typeof message.id === 'string' && Array.isArray(message.payload) ? (message as ServerMessage) : undefined;
    case 'complete':
      return typeof message.id === 'string' ? (message as ServerMessage) : undefined;
    default:
      return undefined;
  }
}
