import { startPeer } from '../support/peer.js';
import type { Api } from '../support/api.js';
import { SHAPES, type Shape } from './shapes.js';

/** A server that is measured. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** The caller that the load comes from. */
  readonly caller: Api;
}

/** Names of the contenders. */
export const POLITY = 'polity';
export const MERCURIUS = 'mercurius+JIT';
export const MERCURIUS_AUTH = 'mercurius-auth+JIT';

/** What is measured, in this order in each round: shape, and who answers it. */
export const MATCHES: readonly (readonly [shape: Shape, contenders: readonly string[]])[] = [
  [SHAPES.hello, [POLITY, MERCURIUS, 'graphql-yoga', 'Apollo Server']],
  [SHAPES.list, [POLITY, MERCURIUS, 'graphql-yoga', 'Apollo Server']],
  [SHAPES.nested, [POLITY, MERCURIUS, 'graphql-yoga', 'Apollo Server']],
  [SHAPES.guardedList, [POLITY, MERCURIUS_AUTH]],
  [SHAPES.partlyDenied, [POLITY, MERCURIUS_AUTH]],
  [SHAPES.wide, [POLITY, MERCURIUS_AUTH]],
  [SHAPES.guardedWide, [POLITY, MERCURIUS_AUTH]],
];

const PEERS: readonly (readonly [name: string, file: string, settings: Readonly<Record<string, string>>])[] = [
  [MERCURIUS, 'mercurius.ts', {}],
  [MERCURIUS_AUTH, 'mercurius.ts', { GUARDED: '1' }],
  ['graphql-yoga', 'yoga.ts', {}],
  ['Apollo Server', 'apollo.ts', {}],
];

/** Starts every peer; all know the token of the caller. */
export async function startPeers(caller: Api): Promise<{ readonly peers: readonly Contender[]; stop(): Promise<void> }> {
  const TOKEN = caller.headers['authorization']?.slice('Bearer '.length) ?? '';
  const started = await Promise.all(PEERS.map(async ([name, file, settings]) => ({ name, peer: await startPeer(file, { TOKEN, ...settings }) })));
  return {
    peers: started.map(({ name, peer }) => ({ name, pid: peer.pid, caller: caller.at(peer.url) })),
    stop: async () => void (await Promise.all(started.map(({ peer }) => peer.stop()))),
  };
}
