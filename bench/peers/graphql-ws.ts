import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

// Subscriptions as graphql-ws and graphql-js serve them: one execution for each subscriber and event, after the same filter by rights.
// `POST /publish/<count>` publishes events, from each Space in turns.

const PER_TICK = 10;
const TICK_MS = 10;

interface Event {
  readonly id: string;
  readonly index: string;
  readonly type: string;
  readonly action: string;
  readonly spaceId: string;
  readonly occurredAt: string;
}

const rights = new Map(Object.entries(JSON.parse(process.env['RIGHTS'] ?? '{}') as Record<string, string[]>).map(([token, spaceIds]) => [token, new Set(spaceIds)]));
const spaceIds = JSON.parse(process.env['SPACE_IDS'] ?? '[]') as string[];

/** The events that one subscriber may see, until it goes. */
class Stream implements AsyncIterableIterator<Event> {
  static readonly open = new Set<Stream>();
  private readonly queue: Event[] = [];
  private waiting: ((result: IteratorResult<Event>) => void) | undefined;
  private readonly spaces: ReadonlySet<string>;

  constructor(spaces: ReadonlySet<string>) {
    this.spaces = spaces;
    Stream.open.add(this);
  }

  take(event: Event): void {
    if (!this.spaces.has(event.spaceId)) return;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting === undefined) this.queue.push(event);
    else waiting({ value: event, done: false });
  }

  next(): Promise<IteratorResult<Event>> {
    const value = this.queue.shift();
    return value === undefined ? new Promise((resolve) => (this.waiting = resolve)) : Promise.resolve({ value, done: false });
  }

  async return(): Promise<IteratorResult<Event>> {
    Stream.open.delete(this);
    this.waiting?.({ value: undefined, done: true });
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const schema = makeExecutableSchema({
  typeDefs: `
    type Query { nothing: String }
    type Subscription { auditEvents: AuditEvent }
    type AuditEvent { id: ID! index: String! type: String! action: String! spaceId: ID occurredAt: String! }
  `,
  resolvers: { Subscription: { auditEvents: { subscribe: (_source: unknown, _args: unknown, { spaces }: { spaces: ReadonlySet<string> }) => new Stream(spaces), resolve: (event: Event) => event } } },
});

let published = 0;
function publish(): void {
  const number = published++;
  const event = {
    id: `evt_${String(number).padStart(30, '0')}`, index: String(number), type: 'decision.made', action: 'approve', spaceId: spaceIds[number % spaceIds.length] ?? '', occurredAt: new Date().toISOString(),
  };
  for (const stream of Stream.open) stream.take(event);
}

const server = createServer((request, response) => {
  let left = Number(/^\/publish\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
  const timer = setInterval(() => {
    for (let count = 0; count < PER_TICK && left > 0; count += 1, left -= 1) publish();
    if (left > 0) return;
    clearInterval(timer);
    response.end();
  }, TICK_MS);
});
const sockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
useServer<{ authorization?: string }>({
  schema,
  onConnect: ({ connectionParams }) => rights.has(connectionParams?.authorization?.slice('Bearer '.length) ?? ''),
  context: ({ connectionParams }) => ({ spaces: rights.get(connectionParams?.authorization?.slice('Bearer '.length) ?? '') ?? new Set() }),
}, sockets);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`peer at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit());
