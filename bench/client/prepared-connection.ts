import { connect, type Socket } from 'node:net';
import { headOf, type Target } from './connection.js';

const HEADER_END = Buffer.from('\r\n\r\n');
const LENGTH = 'content-length: ';

/** Where every connection reads to: what arrives is looked at before anything else can arrive. */
const arrived = Buffer.allocUnsafe(256 * 1024);

/** The bytes of one request, ready to be written any number of times. */
export function requestBytes(target: Target, body: string): Buffer {
  return Buffer.from(`${headOf(target)}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** What is wrong with an answer. */
export class UnexpectedAnswer extends Error {
  constructor(answer: Buffer) {
    super(`unexpected answer:\n${answer.toString('utf8', 0, 1_500)}`);
  }
}

/**
 * One keep-alive HTTP/1.1 connection that writes ready-made requests, one at a time, and looks of each answer at no more than tells that
 * it is the expected one: status, length, and a text that it must contain. No object is made for an answer that arrives in one piece.
 */
export class PreparedConnection {
  private readonly socket: Socket;
  private readonly contains: Buffer;
  private readonly answered: (failure?: Error) => void;
  /** What came of an answer that is not complete. */
  private begun: Buffer | undefined;
  /** Where the length stood in the answer before. */
  private lengthAt = 0;

  private constructor(socket: Socket, contains: string, answered: (failure?: Error) => void) {
    this.socket = socket;
    this.contains = Buffer.from(contains);
    this.answered = answered;
  }

  /** @param answered - called for each answer, with what is wrong with it or with the connection */
  static async open({ host, port }: Target, contains: string, answered: (failure?: Error) => void): Promise<PreparedConnection> {
    let connection: PreparedConnection | undefined;
    const socket = connect({ host, port, noDelay: true, onread: { buffer: arrived, callback: (count) => connection?.take(count) ?? true } });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    connection = new PreparedConnection(socket, contains, answered);
    socket.on('error', answered);
    socket.on('close', () => answered(new Error('the server closed the connection')));
    return connection;
  }

  send(request: Buffer): void {
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private take(count: number): boolean {
    const piece = arrived.subarray(0, count);
    const answer = this.begun === undefined ? piece : Buffer.concat([this.begun, piece]);
    const headEnd = answer.indexOf(HEADER_END);
    const length = headEnd < 0 ? undefined : this.lengthIn(answer, headEnd);
    if (Number.isNaN(length)) this.answered(new UnexpectedAnswer(answer));
    else if (length === undefined || answer.length < headEnd + HEADER_END.length + length) this.begun = Buffer.from(answer);
    else {
      this.begun = undefined;
      const isExpected = answer.toString('latin1', 9, 12) === '200' && answer.length === headEnd + HEADER_END.length + length && answer.indexOf(this.contains, headEnd) > 0;
      this.answered(isExpected ? undefined : new UnexpectedAnswer(answer));
    }
    return true;
  }

  // Answers of one server have their headers at the same places, mostly.
  private lengthIn(answer: Buffer, headEnd: number): number {
    const isHere = this.lengthAt > 0 && answer.toString('latin1', this.lengthAt - LENGTH.length, this.lengthAt).toLowerCase() === LENGTH;
    if (!isHere) this.lengthAt = answer.toString('latin1', 0, headEnd).toLowerCase().indexOf(`\r\n${LENGTH}`) + LENGTH.length + 2;
    if (this.lengthAt < LENGTH.length + 2) return Number.NaN;
    let length = 0;
    for (let at = this.lengthAt, digit; (digit = (answer[at] ?? 0) - 48) >= 0 && digit <= 9; at += 1) length = length * 10 + digit;
    return length;
  }
}
