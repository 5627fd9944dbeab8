import { grown } from './id-slab.js';

// Integers of a slot, side by side so that one look at memory gives all of them.
const WIDTH = 4;
const HASH = 0;
/** 1 + the number of the id; 0 in a slot that is free. */
const ROW = 1;
/** Where its words are. */
const WORDS = 2;
/** Of five slots at most four are taken. */
const FULL = 0.8;

const MOST_CHARACTERS = 255;
const NONE = -1;

/** Nobody outside knows it: ids cannot be chosen so that all of them meet in one slot. */
const SEED = Math.floor(Math.random() * 0x1_0000_0000) | 0;

/** The id that was read last, four characters to a word. */
const read = new Int32Array((MOST_CHARACTERS + 1) / 4);

/**
 * Numbers for ids of ASCII: the first gets 0, and an id keeps its number for good. A hash table with linear probing over words of four
 * characters: a Map with a string for each id takes three times the memory, which is what look-ups among millions of facts wait for.
 */
export class IdIndex {
  private slots = new Int32Array(16 * WIDTH);
  /** Length and characters of each id. */
  private words = new Int32Array(0);
  private bytes = Buffer.alloc(0);
  private used = 0;
  /** Where in {@link words} an id begins. */
  private offsets = new Uint32Array(0);
  private order = new Int32Array(0);
  private rows = 0;

  /** How many ids have a number. */
  get count(): number {
    return this.rows;
  }

  /** Bytes held. */
  get size(): number {
    return this.slots.byteLength + this.words.byteLength + this.offsets.byteLength + this.order.byteLength;
  }

  /** Number of an id; undefined when it has none. */
  row(id: string): number | undefined {
    const hash = readText(id);
    const row = hash === undefined ? NONE : this.find(hash, id.length);
    return row === NONE ? undefined : row;
  }

  /** The same for an id that stands in a buffer. */
  rowOfBytes(bytes: Uint8Array, start: number, end: number): number | undefined {
    const hash = readBytes(bytes, start, end);
    const row = hash === undefined ? NONE : this.find(hash, end - start);
    return row === NONE ? undefined : row;
  }

  /** Whether a number is that of an id. */
  is(row: number, id: string): boolean {
    const { words } = this;
    const { length } = id;
    const start = this.offsets[row] as number;
    if (words[start] !== length) return false;
    for (let at = 0; at < length; at += 1) {
      if ((((words[start + 1 + (at >> 2)] as number) >>> ((at & 3) << 3)) & 0xff) !== id.charCodeAt(at)) return false;
    }
    return true;
  }

  id(row: number): string {
    const start = this.offsets[row] as number;
    const from = (start + 1) * 4;
    return this.bytes.toString('latin1', from, from + (this.words[start] as number));
  }

  /** Number of an id, given now if it has none. @throws Error for what is no id: nothing is conflated */
  named(id: string): number {
    return this.numbered(readText(id), id.length);
  }

  /** The same for an id that stands in a buffer. */
  namedBytes(bytes: Uint8Array, start: number, end: number): number {
    return this.numbered(readBytes(bytes, start, end), end - start);
  }

  /** Numbers in the order of their ids, byte by byte. What has come since the last time is put into its places. */
  inOrder(): Int32Array {
    const { order, rows } = this;
    if (order.length === rows) return order;
    const fresh = this.sorted(Int32Array.from({ length: rows - order.length }, (_, at) => order.length + at));
    const merged = new Int32Array(rows);
    let [from, to] = [0, 0];
    for (const row of fresh) {
      const at = this.placeOf(row, from);
      merged.set(order.subarray(from, at), to);
      to += at - from;
      merged[to] = row;
      to += 1;
      from = at;
    }
    merged.set(order.subarray(from), to);
    return (this.order = merged);
  }

  /** Numbers in that order, from an id on whether it is there or not; backwards from it down. */
  *walk(from: string | undefined, backward: boolean): Iterable<number> {
    const order = this.inOrder();
    const start = from === undefined ? (backward ? order.length - 1 : 0) : this.startOf(order, from, backward);
    for (let at = start; at >= 0 && at < order.length; at += backward ? -1 : 1) yield order[at] as number;
  }

  private startOf(order: Int32Array, id: string, backward: boolean): number {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.id(order[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return backward && (low === order.length || this.id(order[low] as number) !== id) ? low - 1 : low;
  }

  /** Gives back what growing by halves has left over. */
  trim(): void {
    this.hold(this.words.slice(0, this.used));
    this.offsets = this.offsets.slice(0, this.rows);
  }

  // Most often they come in order.
  private sorted(rows: Int32Array): Int32Array {
    const isSorted = rows.every((row, at) => at === 0 || this.compare(rows[at - 1] as number, row) < 0);
    return isSorted ? rows : rows.sort((left, right) => this.compare(left, right));
  }

  /** Where in the order a row belongs, at or behind a place. */
  private placeOf(row: number, from: number): number {
    let [low, high] = [from, this.order.length];
    if (high === 0 || this.compare(this.order[high - 1] as number, row) < 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.order[middle] as number, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compare(left: number, right: number): number {
    const [one, other] = [(this.offsets[left] as number) + 1, (this.offsets[right] as number) + 1];
    const { bytes, words } = this;
    return bytes.compare(bytes, other * 4, other * 4 + (words[other - 1] as number), one * 4, one * 4 + (words[one - 1] as number));
  }

  private find(hash: number, length: number): number {
    const { slots } = this;
    const last = slots.length - WIDTH;
    for (let slot = Math.imul(hash, WIDTH) & last; ; slot = (slot + WIDTH) & last) {
      const row = slots[slot + ROW] as number;
      if (row === 0) return NONE;
      if (slots[slot + HASH] === hash && this.isRead(slots[slot + WORDS] as number, length)) return row - 1;
    }
  }

  /** Whether the id at a place in {@link words} is the one that was read. */
  private isRead(start: number, length: number): boolean {
    const { words } = this;
    if (words[start] !== length) return false;
    for (let at = 0; at < length; at += 4) if (words[start + 1 + (at >> 2)] !== read[at >> 2]) return false;
    return true;
  }

  private numbered(hash: number | undefined, length: number): number {
    if (hash === undefined) throw new Error('an id has at most 255 characters of ASCII');
    const found = this.find(hash, length);
    if (found !== NONE) return found;
    const row = this.rows;
    const count = (length + 3) >> 2;
    if (row === this.offsets.length) this.offsets = grown(this.offsets, new Uint32Array(Math.max(16, Math.ceil(row * 1.5))));
    if (this.used + 1 + count > this.words.length) this.hold(grown(this.words, new Int32Array(Math.max(64, Math.ceil((this.used + 1 + count) * 1.5)))));
    this.offsets[row] = this.used;
    this.words[this.used] = length;
    this.words.set(read.subarray(0, count), this.used + 1);
    this.rows = row + 1;
    if (this.rows * WIDTH > this.slots.length * FULL) this.grow();
    place(this.slots, hash, row, this.used);
    this.used += 1 + count;
    return row;
  }

  private hold(words: Int32Array<ArrayBuffer>): void {
    this.words = words;
    this.bytes = Buffer.from(words.buffer);
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2);
    for (let slot = 0; slot < before.length; slot += WIDTH) {
      const row = before[slot + ROW] as number;
      if (row !== 0) place(this.slots, before[slot + HASH] as number, row - 1, before[slot + WORDS] as number);
    }
  }
}

function place(slots: Int32Array, hash: number, row: number, words: number): void {
  const last = slots.length - WIDTH;
  let slot = Math.imul(hash, WIDTH) & last;
  while (slots[slot + ROW] !== 0) slot = (slot + WIDTH) & last;
  slots[slot + HASH] = hash;
  slots[slot + ROW] = row + 1;
  slots[slot + WORDS] = words;
}

/** Reads an id into {@link read} and gives its hash; undefined for what is none. */
function readText(id: string): number | undefined {
  const { length } = id;
  if (length > MOST_CHARACTERS) return undefined;
  const whole = length & ~3;
  let hash = SEED ^ length;
  let seen = 0;
  for (let at = 0; at < whole; at += 4) {
    const a = id.charCodeAt(at);
    const b = id.charCodeAt(at + 1);
    const c = id.charCodeAt(at + 2);
    const d = id.charCodeAt(at + 3);
    seen |= a | b | c | d;
    hash = mixed(hash, (read[at >> 2] = a | (b << 8) | (c << 16) | (d << 24)));
  }
  if (whole < length) {
    let word = 0;
    for (let at = whole; at < length; at += 1) {
      const code = id.charCodeAt(at);
      seen |= code;
      word |= code << ((at - whole) * 8);
    }
    hash = mixed(hash, (read[whole >> 2] = word));
  }
  return seen > 0x7f ? undefined : finished(hash);
}

function readBytes(bytes: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  if (length > MOST_CHARACTERS) return undefined;
  let hash = SEED ^ length;
  let seen = 0;
  for (let at = 0; at < length; at += 4) {
    const most = Math.min(4, length - at);
    let word = 0;
    for (let byte = 0; byte < most; byte += 1) {
      const code = bytes[start + at + byte] as number;
      seen |= code;
      word |= code << (byte * 8);
    }
    hash = mixed(hash, (read[at >> 2] = word));
  }
  return seen > 0x7f ? undefined : finished(hash);
}

// A multiplication for each word, and the end of MurmurHash3, so that low bits depend on all.
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function finished(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}
