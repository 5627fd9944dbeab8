import { connect, type Socket } from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');

/** Where requests go, and what each carries. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The first lines of a request that POSTs JSON. */
export function headOf({ host, port, path, headers }: Target): string {
  const lines = Object.entries({ host: `${host}:${port}`, 'content-type': 'application/json', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}`;
}

/** One answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * One keep-alive HTTP/1.1 connection that POSTs JSON, one request at a time, for who needs what the answers say.
 */
export class Connection {
  private readonly socket: Socket;
  private readonly head: string;
  private received: Buffer = Buffer.alloc(0);
  private waiting: PromiseWithResolvers<Answer> | undefined;

  private constructor(socket: Socket, head: string) {
    this.socket = socket;
    this.head = head;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(target: Target): Promise<Connection> {
    const socket = connect({ host: target.host, port: target.port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Connection(socket, headOf(target));
  }

  /** Sends one body and gives the answer. */
  post(body: string): Promise<Answer> {
    this.waiting = Promise.withResolvers<Answer>();
    this.socket.write(`${this.head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return this.waiting.promise;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(HEADER_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.waiting?.reject(new Error(`an answer without content-length:\n${head}`));
      return;
    }
    const begin = headEnd + HEADER_END.length;
    const end = begin + Number(length);
    if (this.received.length < end) return;
    const answer = { status: Number(head.slice(9, 12)), body: this.received.toString('utf8', begin, end) };
    this.received = this.received.subarray(end);
    this.waiting?.resolve(answer);
  }
}
