const NO_BYTES = Buffer.alloc(0);

/**
 * Ids of numbered rows as bytes in one buffer: a JavaScript string costs more than twice as much, and most of these ids are read only
 * when a decision names them. Ids are ASCII.
 */
export class IdSlab {
  private bytes = NO_BYTES;
  private used = 0;
  private wasted = 0;
  private offsets = new Uint32Array(0);
  private lengths = new Uint8Array(0);

  /** Bytes held. */
  get size(): number {
    return this.bytes.length + this.offsets.byteLength + this.lengths.byteLength;
  }

  get(row: number): string {
    const start = this.offsets[row] as number;
    return this.bytes.toString('latin1', start, start + (this.lengths[row] as number));
  }

  set(row: number, id: string): void {
    this.take(row, id.length);
    this.bytes.write(id, this.offsets[row] as number, 'latin1');
  }

  /** Takes the id from a buffer, without making a string of it. */
  setBytes(row: number, source: Buffer, start: number, end: number): void {
    this.take(row, end - start);
    source.copy(this.bytes, this.offsets[row] as number, start, end);
  }

  /** Byte by byte: negative when the id of `left` stands before that of `right`. */
  compare(left: number, right: number): number {
    const [from, to] = [this.offsets[left] as number, this.offsets[right] as number];
    return this.bytes.compare(this.bytes, to, to + (this.lengths[right] as number), from, from + (this.lengths[left] as number));
  }

  delete(row: number): void {
    this.wasted += this.lengths[row] as number;
    this.lengths[row] = 0;
    if (this.wasted > 65_536 && this.wasted > this.used / 2) this.compact();
  }

  /** Gives back what growing by halves has left over. */
  trim(rows: number): void {
    this.bytes = Buffer.from(this.bytes.subarray(0, this.used));
    this.offsets = this.offsets.slice(0, rows);
    this.lengths = this.lengths.slice(0, rows);
  }

  private take(row: number, length: number): void {
    if (row >= this.offsets.length) {
      const rows = Math.max(64, Math.ceil(row * 1.5) + 1);
      this.offsets = grown(this.offsets, new Uint32Array(rows));
      this.lengths = grown(this.lengths, new Uint8Array(rows));
    }
    if (this.used + length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1_024, Math.ceil((this.used + length) * 1.5)));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    this.wasted += this.lengths[row] as number;
    this.offsets[row] = this.used;
    this.lengths[row] = length;
    this.used += length;
  }

  private compact(): void {
    const kept = Buffer.allocUnsafeSlow(this.used - this.wasted + 1_024);
    let at = 0;
    for (let row = 0; row < this.lengths.length; row += 1) {
      const start = this.offsets[row] as number;
      this.offsets[row] = at;
      at += this.bytes.copy(kept, at, start, start + (this.lengths[row] as number));
    }
    this.bytes = kept;
    this.used = at;
    this.wasted = 0;
  }
}

/** Copies a typed array into a larger one. */
export function grown<Values extends { set(values: ArrayLike<number>): void }>(from: ArrayLike<number>, to: Values): Values {
  to.set(from);
  return to;
}
