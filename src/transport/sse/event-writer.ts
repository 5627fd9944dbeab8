import type { ServerResponse } from 'node:http';
import type { Frame } from '../lanes/frame.js';
import { MOST_AHEAD_BYTES, type FrameSink } from '../lanes/frame-sink.js';

const HEARTBEAT_MS = 12_000;
/** A reader that takes nothing for so long is gone, or as good as gone. */
const STALLED_MS = 30_000;

/** Where frames that many get are written to one answer, whose headers are written by an {@link EventWriter}. */
export function eventSink(response: ServerResponse): FrameSink {
  const hasRoom = (): boolean => !response.destroyed && !response.writableEnded && response.writableLength === 0;
  return {
    write(frames: readonly Frame[]) {
      let taken = 0;
      while (taken < frames.length && hasRoom()) {
        let text = '';
        for (; taken < frames.length && text.length < MOST_AHEAD_BYTES; taken += 1) text += nextEvent(frames[taken]?.text ?? '');
        response.write(text);
      }
      return taken;
    },
  };
}

function nextEvent(json: string): string {
  return `event: next\ndata: ${json}\n\n`;
}

/** Writes server-sent events as fast as they are read. */
export class EventWriter {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly stalledMs = STALLED_MS,
  ) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    this.heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(':\n\n');
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
    response.once('close', () => clearInterval(this.heartbeat));
  }

  /** Writes one result; resolves when the reader can take more or is gone. */
  async next(result: unknown): Promise<void> {
    if (this.response.destroyed || this.response.write(nextEvent(JSON.stringify(result)))) return;
    await this.drained();
  }

  /** Says that no result follows. */
  complete(): void {
    this.end('event: complete\ndata:\n\n');
  }

  /** Ends the answer without saying that the operation is over: its reader connects again. */
  breakOff(): void {
    this.end('');
  }

  private end(text: string): void {
    clearInterval(this.heartbeat);
    if (!this.response.destroyed) this.response.end(text);
  }

  private async drained(): Promise<void> {
    const { response } = this;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => resolve();
    const timer = setTimeout(() => response.destroy(), this.stalledMs);
    response.once('drain', done).once('close', done);
    await promise;
    clearTimeout(timer);
    response.off('drain', done).off('close', done);
  }
}
