import { graphqlAt, type LoadClient } from '../support/load-client.js';
import { startPeer, type Peer } from '../support/peer.js';
import type { Server } from '../support/polity.js';
import type { Audience } from './audience.js';
import { COLLECTABLE } from './settled-memory.js';

/** A server that is measured. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** Where its WebSockets are. */
  readonly socketUrl: string;
  /** Makes so many events, from each Space in turns; a multiple of the number of Spaces. */
  publish(events: number): Promise<void>;
}

/** The subscription of all subscribers: six leaf fields. */
export const SUBSCRIPTION = 'subscription { auditEvents { id index type action spaceId occurredAt } }';

/** Connections that ask for decisions. */
const ASKING = 8;

/** Ours: events are decisions, made at another server on the same database, so that what they cost is not counted here. */
export function ourContender(server: Server, other: Server, { questions, apiKey }: Audience, client: LoadClient): Contender {
  return {
    name: 'polity', pid: server.pid, socketUrl: socketUrl(server.url),
    async publish(requests) {
      await client.run({ kind: 'load', target: graphqlAt(other.url, { 'x-polity-api-key': apiKey }), bodies: questions, connections: ASKING, requests, contains: '"auditEventId":"' });
    },
  };
}

/** The peer, which makes its events itself. */
export async function startGraphqlWs({ spaceIds, sessions }: Audience): Promise<Contender & Pick<Peer, 'stop'>> {
  const peer = await startPeer('graphql-ws.ts', { SPACE_IDS: JSON.stringify(spaceIds), RIGHTS: JSON.stringify(Object.fromEntries(sessions.map((session) => [session.token, session.spaceIds]))) }, COLLECTABLE);
  return {
    name: 'graphql-ws', pid: peer.pid, socketUrl: socketUrl(peer.url),
    async publish(events) {
      await (await fetch(`${peer.url}/publish/${events}`, { method: 'POST' })).arrayBuffer();
    },
    stop: () => peer.stop(),
  };
}

function socketUrl(url: string): string {
  return `${url.replace('http', 'ws')}/graphql`;
}
