import type { IncomingHttpHeaders } from 'node:http';
import { HELD_KEY, POLICY } from './schema.js';

/** Who asks a peer. */
export interface PeerCaller {
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
}

/** What resolvers and guards of a peer see. */
export interface PeerContext {
  readonly caller: PeerCaller | undefined;
}

const token = process.env['TOKEN'];
if (token === undefined) throw new Error('TOKEN is not set');
const callers = new Map<string, PeerCaller>([[token, { userId: 'user_bench', scopes: new Set([HELD_KEY]), policies: new Set([POLICY]) }]]);

/** The caller of a request: one look into a map, the least that a check of a token can be. */
export function contextOf(headers: IncomingHttpHeaders): PeerContext {
  return { caller: callers.get(headers.authorization?.slice('Bearer '.length) ?? '') };
}
