import { grown } from './id-slab.js';

// Integers of a list, side by side so that one look at memory gives all of them.
const WIDTH = 4;
const START = 0;
const LENGTH = 1;
const ROOM = 2;

/**
 * Many lists of integers in one pool: list `n` is `pool[start(n) .. end(n))`. A list that outgrows its place moves to the end of the
 * pool with room to grow; when more than half of the pool is left behind, it is written anew.
 */
export class IntLists {
  /** Read by the hot path; never kept over a change. */
  pool = new Int32Array(0);
  private heads = new Int32Array(0);
  private used = 0;
  private live = 0;

  /** Bytes held. */
  get size(): number {
    return this.pool.byteLength + this.heads.byteLength;
  }

  start(list: number): number {
    return list * WIDTH < this.heads.length ? (this.heads[list * WIDTH + START] as number) : 0;
  }

  end(list: number): number {
    return list * WIDTH < this.heads.length ? (this.heads[list * WIDTH + START] as number) + (this.heads[list * WIDTH + LENGTH] as number) : 0;
  }

  /** Puts values into a list before its position `at`. */
  insert(list: number, at: number, values: readonly number[]): void {
    const start = this.reserve(list, values.length);
    const length = this.heads[list * WIDTH + LENGTH] as number;
    this.pool.copyWithin(start + at + values.length, start + at, start + length);
    for (let index = 0; index < values.length; index += 1) this.pool[start + at + index] = values[index] as number;
    this.heads[list * WIDTH + LENGTH] = length + values.length;
  }

  push(list: number, value: number): void {
    const start = this.reserve(list, 1);
    const length = this.heads[list * WIDTH + LENGTH] as number;
    this.pool[start + length] = value;
    this.heads[list * WIDTH + LENGTH] = length + 1;
  }

  /** Takes `count` values out of a list from its position `at` on. */
  remove(list: number, at: number, count: number): void {
    const [start, end] = [this.start(list), this.end(list)];
    this.pool.copyWithin(start + at, start + at + count, end);
    this.heads[list * WIDTH + LENGTH] = end - start - count;
  }

  /** Takes one value out of a list whose order does not matter. */
  removeValue(list: number, value: number): void {
    const [start, end] = [this.start(list), this.end(list)];
    const at = this.pool.subarray(start, end).indexOf(value);
    if (at < 0) return;
    this.pool[start + at] = this.pool[end - 1] as number;
    this.heads[list * WIDTH + LENGTH] = end - start - 1;
  }

  /** Lays out all lists at once, from how long each is to be; they are empty until they are pushed to. */
  layOut(lengths: Int32Array): void {
    this.heads = new Int32Array(lengths.length * WIDTH);
    let at = 0;
    for (let list = 0; list < lengths.length; list += 1) {
      this.heads[list * WIDTH + START] = at;
      this.heads[list * WIDTH + ROOM] = lengths[list] as number;
      at += lengths[list] as number;
    }
    this.pool = new Int32Array(at);
    this.used = at;
    this.live = at;
  }

  /** Makes room and gives the start of the list. */
  private reserve(list: number, count: number): number {
    const head = list * WIDTH;
    if (head >= this.heads.length) this.heads = grown(this.heads, new Int32Array(Math.max(64, Math.ceil((list + 1) * 1.5) * WIDTH)));
    const [length, room] = [this.heads[head + LENGTH] as number, this.heads[head + ROOM] as number];
    if (length + count <= room) return this.heads[head + START] as number;
    const wanted = Math.max(4, Math.ceil((length + count) * 1.5));
    if (this.used > 4_096 && this.live < this.used / 2) this.compact();
    if (this.used + wanted > this.pool.length) this.pool = grown(this.pool, new Int32Array(Math.max(64, Math.ceil((this.used + wanted) * 1.25))));
    const start = this.heads[head + START] as number;
    this.pool.copyWithin(this.used, start, start + length);
    this.heads[head + START] = this.used;
    this.heads[head + ROOM] = wanted;
    this.used += wanted;
    this.live += wanted - room;
    return this.used - wanted;
  }

  private compact(): void {
    const kept = new Int32Array(Math.ceil(this.live * 1.25));
    let at = 0;
    for (let head = 0; head < this.heads.length; head += WIDTH) {
      const start = this.heads[head + START] as number;
      kept.set(this.pool.subarray(start, start + (this.heads[head + LENGTH] as number)), at);
      this.heads[head + START] = at;
      at += this.heads[head + ROOM] as number;
    }
    this.pool = kept;
    this.used = at;
  }
}
