import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

/** A subscription as the fake server got it. */
export interface SeenSubscription {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> & { readonly after?: string };
  readonly connectionParams: Readonly<Record<string, unknown>>;
}

/** An event of the fake log. */
export interface FakeEvent {
  readonly id: string;
  readonly position: string;
  readonly type: string;
}

/** An open subscription, in the hands of a test. */
export class FakeSubscriber {
  constructor(private readonly socket: WebSocket, readonly seen: SeenSubscription) {}

  next(event: unknown, errors?: readonly unknown[]): void {
    const field = this.seen.query.includes('lifecycleEvents') ? 'lifecycleEvents' : 'auditEvents';
    this.send({ type: 'next', id: '1', payload: { data: { [field]: event }, ...(errors === undefined ? {} : { errors }) } });
  }

  error(code: string, message = 'refused'): void {
    this.send({ type: 'error', id: '1', payload: [{ message, extensions: { code } }] });
  }

  complete(): void {
    this.send({ type: 'complete', id: '1' });
  }

  raw(frame: string): void {
    this.socket.send(frame);
  }

  close(code: number): void {
    this.socket.close(code, 'closed by the test');
  }

  /** Ends the connection as a pulled cable does: no close frame. */
  cut(): void {
    this.socket.terminate();
  }

  private send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

/** The graphql-transport-ws side of the fake server: a log that is replayed after the cursor and then goes on live. */
export class FakeStreams {
  readonly subscriptions: SeenSubscription[] = [];
  readonly pings: number[] = [];
  /** Clients that said goodbye to their subscription. */
  completed = 0;
  /** Decides about a connection: a close code refuses it, `silent` never acknowledges it. */
  admit: (connectionParams: Readonly<Record<string, unknown>>, number: number) => number | 'accept' | 'silent' = () => 'accept';
  /** Replaces replay and live events. */
  onSubscribe: ((subscriber: FakeSubscriber, number: number) => void) | undefined;
  /** Whether pings are answered. */
  alive = true;
  private readonly log: FakeEvent[] = [];
  private readonly open = new Set<FakeSubscriber>();
  private readonly sockets: WebSocketServer;
  private connections = 0;

  constructor(server: Server) {
    this.sockets = new WebSocketServer({ server, path: '/graphql', handleProtocols: (offered) => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false) });
    this.sockets.on('connection', (socket) => this.serve(socket));
  }

  /** Adds events to the log, and tells them to the subscribers. */
  publish(count: number): void {
    for (let added = 0; added < count; added += 1) {
      const number = this.log.length + 1;
      const event = { id: `audit_${number}`, position: String(number), type: 'group.created' };
      this.log.push(event);
      for (const subscriber of this.open) subscriber.next(event);
    }
  }

  /** Cuts every connection. */
  cut(): void {
    for (const subscriber of this.open) subscriber.cut();
    this.open.clear();
  }

  closeAll(code: number): void {
    for (const subscriber of this.open) subscriber.close(code);
    this.open.clear();
  }

  stop(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
  }

  private serve(socket: WebSocket): void {
    let connectionParams: Record<string, unknown> = {};
    let subscriber: FakeSubscriber | undefined;
    socket.on('close', () => {
      if (subscriber !== undefined) this.open.delete(subscriber);
    });
    socket.on('message', (frame) => {
      const message = JSON.parse((frame as Buffer).toString()) as { type: string; payload: never };
      if (message.type === 'connection_init') {
        connectionParams = message.payload;
        const answer = this.admit(connectionParams, (this.connections += 1));
        if (answer === 'accept') socket.send('{"type":"connection_ack"}');
        else if (answer !== 'silent') socket.close(answer, 'refused');
      }
      if (message.type === 'ping') {
        this.pings.push(Date.now());
        if (this.alive) socket.send('{"type":"pong"}');
      }
      if (message.type === 'complete') this.completed += 1;
      if (message.type === 'subscribe') {
        const seen = { ...(message.payload as Omit<SeenSubscription, 'connectionParams'>), connectionParams };
        subscriber = new FakeSubscriber(socket, seen);
        this.begin(subscriber, this.subscriptions.push(seen));
      }
    });
  }

  private begin(subscriber: FakeSubscriber, number: number): void {
    if (this.onSubscribe !== undefined) return this.onSubscribe(subscriber, number);
    const { after } = subscriber.seen.variables;
    for (const event of this.log.slice(after === undefined ? 0 : Number(after))) subscriber.next(event);
    this.open.add(subscriber);
  }
}
