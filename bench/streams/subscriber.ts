import { WebSocket } from 'ws';
import type { SubscriberOptions } from './messages.js';

interface Message {
  readonly type: string;
  readonly payload?: { readonly errors?: unknown; readonly data?: { readonly auditEvents: { readonly index: string; readonly spaceId: string } | null } };
}

/** One WebSocket with one subscription, which checks what it gets. */
export class Subscriber {
  deliveries = 0;
  wrong = 0;
  closedWith: number | undefined;
  private readonly socket: WebSocket;
  private readonly spaceIds: ReadonlySet<string>;
  private lastIndex = -1;

  private constructor(socket: WebSocket, spaceIds: readonly string[]) {
    this.socket = socket;
    this.spaceIds = new Set(spaceIds);
  }

  /** Connects and subscribes; resolves when the connection is acknowledged and the subscription was sent. */
  static async open(url: string, query: string, { token, spaceIds }: SubscriberOptions): Promise<Subscriber> {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    const subscriber = new Subscriber(socket, spaceIds);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
      socket.once('error', reject);
      socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
      socket.once('message', () => resolve());
    });
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.on('close', (code) => (subscriber.closedWith = code));
    socket.on('message', (message: Buffer) => subscriber.take(message));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    return subscriber;
  }

  reset(): void {
    this.deliveries = 0;
    this.wrong = 0;
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.terminate();
  }

  private take(message: Buffer): void {
    const { type, payload } = JSON.parse(message.toString('utf8')) as Message;
    if (type === 'ping') return this.socket.send('{"type":"pong"}');
    const event = payload?.data?.auditEvents;
    if (type !== 'next' || !event || payload?.errors !== undefined || !this.spaceIds.has(event.spaceId) || Number(event.index) <= this.lastIndex) this.wrong += 1;
    else {
      this.deliveries += 1;
      this.lastIndex = Number(event.index);
    }
  }
}
