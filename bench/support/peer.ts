import { startNode, type Child } from './children.js';
import { at } from './paths.js';

/** A peer in a process of its own. */
export interface Peer {
  /** Address without a path. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a peer of `bench/peers` and waits for its address.
 *
 * @param nodeArguments - more arguments for its Node
 */
export async function startPeer(file: string, settings: Readonly<Record<string, string>>, nodeArguments: readonly string[] = []): Promise<Peer> {
  const child: Child = startNode([...nodeArguments, '--import', at('test/support/typescript-hooks.mjs'), at(`bench/peers/${file}`)], { NODE_ENV: 'production', ...settings });
  const [, url = ''] = await child.printed(/^peer at (http:\/\/[^/\s]+)/m);
  return { url, pid: child.pid, stop: () => child.stop() };
}
