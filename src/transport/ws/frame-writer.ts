import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Frame } from '../lanes/frame.js';
import { MOST_AHEAD_BYTES, type FrameSink } from '../lanes/frame-sink.js';

/** A whole text message from the server: FIN and opcode 1, no mask (RFC 6455, section 5.2). */
const TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const END = Buffer.from('}');

const SCRATCH_BYTES = MOST_AHEAD_BYTES + 16_384;

/** How the messages of an operation begin. Text: a small buffer would hold on to the 64 KiB that Node cuts many from. */
interface Start {
  readonly text: string;
  readonly bytes: number;
}

/** Frames of one operation that wait for the end of the turn. */
interface Pending {
  readonly start: Start;
  readonly frames: readonly Frame[];
}

// One for all sockets: what the system takes at once need not be kept, and nearly always it takes all.
let scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/**
 * Writes shared frames of one socket, those of a turn together. They go to the connection itself: each is a whole message that is ready, and
 * what the WebSocket library sends stands between whole messages as well.
 */
export class FrameWriter {
  private pending: Pending[] = [];
  private bytes = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
  ) {}

  /** Frames of one operation. */
  for(id: string): FrameSink {
    const text = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const start = { text, bytes: Buffer.byteLength(text) };
    return { write: (frames) => this.write(start, frames) };
  }

  private write(start: Start, frames: readonly Frame[]): number {
    let taken = 0;
    while (taken < frames.length && this.hasRoom()) {
      const from = taken;
      let bytes = 0;
      for (; taken < frames.length && bytes < MOST_AHEAD_BYTES; taken += 1) bytes += messageLength(start, frames[taken] as Frame);
      this.add({ start, frames: taken - from === frames.length ? frames : frames.slice(from, taken) }, bytes);
    }
    return taken;
  }

  private hasRoom(): boolean {
    return this.socket.readyState === this.socket.OPEN && this.stream.writableLength === 0 && this.bytes < MOST_AHEAD_BYTES;
  }

  private add(pending: Pending, bytes: number): void {
    if (this.pending.length === 0) queueMicrotask(() => this.flush());
    this.pending.push(pending);
    this.bytes += bytes;
    if (this.bytes >= MOST_AHEAD_BYTES) this.flush();
  }

  private flush(): void {
    const { pending, bytes, stream } = this;
    this.pending = [];
    this.bytes = 0;
    if (bytes === 0 || this.socket.readyState !== this.socket.OPEN) return;
    const mayReuse = bytes <= scratch.length && stream.writableLength === 0;
    const all = mayReuse ? scratch : Buffer.allocUnsafe(bytes);
    let at = 0;
    for (const { start, frames } of pending) for (const frame of frames) at = writeMessage(all, at, start, frame);
    stream.write(all.subarray(0, at));
    if (mayReuse && stream.writableLength > 0) scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  }
}

function messageLength(start: Start, { bytes }: Frame): number {
  const length = start.bytes + bytes.length + END.length;
  return headerLength(length) + length;
}

function writeMessage(all: Buffer, from: number, start: Start, { bytes }: Frame): number {
  let at = writeHeader(all, from, start.bytes + bytes.length + END.length);
  at += all.write(start.text, at);
  at += bytes.copy(all, at);
  all[at] = END[0] as number;
  return at + END.length;
}

function headerLength(length: number): number {
  return length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10;
}

function writeHeader(all: Buffer, at: number, length: number): number {
  all[at] = TEXT;
  if (length < LENGTH_16) all[at + 1] = length;
  else if (length < 65_536) {
    all[at + 1] = LENGTH_16;
    all.writeUInt16BE(length, at + 2);
  } else {
    all[at + 1] = LENGTH_64;
    all.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return at + headerLength(length);
}
