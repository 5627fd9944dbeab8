import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

const LINE_END = 0x0a;

/** Lets bytes through and keeps their number, their SHA-256 and how many lines they end. */
export class Measure extends Transform {
  private readonly hash = createHash('sha256');
  private finished: string | undefined;
  /** Bytes so far. */
  bytes = 0;
  /** Line ends so far. In the text form of `COPY` each ends a row: those inside values are escaped. */
  lines = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, at + 1)) this.lines += 1;
    done(null, chunk);
  }

  /** SHA-256 of all of it, hex; nothing may come afterwards. */
  get sha256(): string {
    return (this.finished ??= this.hash.digest('hex'));
  }
}
