import type { ChangeClock } from './change-clock.js';

/** What stands behind a name, and what it was read from. */
export interface NameReading<Value> {
  readonly value: Value;
  /** Ids and names whose change may change the value. */
  readonly facts: readonly string[];
  /** Until when it stands by itself, in milliseconds since the epoch. */
  readonly validUntil: number;
}

interface Held<Value> extends NameReading<Value> {
  /** Moment of the clock at which it stood: when it was read, or was last looked at. */
  stoodAt: number;
}

/** Names by Space, then by kind or type, then by the name itself: keys of three parts that need not be joined. */
type Generation<Value> = Map<string, Map<string, Map<string, Held<Value>>>>;

/**
 * Remembers what names stand for. Bounded by two generations: what is used moves to the young one, and when that is full it becomes
 * the old one, whose names are forgotten.
 */
export class NameMemory<Value> {
  private young: Generation<Value> = new Map();
  private old: Generation<Value> = new Map();
  private youngSize = 0;

  /** @param most - most names of both generations together */
  constructor(
    private readonly clock: ChangeClock,
    private readonly most: number,
  ) {}

  /** What is held for a name and still stands. */
  get(spaceId: string, kind: string, name: string, now: number): Value | undefined {
    const young = this.young.get(spaceId)?.get(kind)?.get(name);
    const found = young ?? this.old.get(spaceId)?.get(kind)?.get(name);
    if (found === undefined || found.validUntil <= now || !this.clock.isUnchanged(found.stoodAt, found.facts)) return undefined;
    found.stoodAt = this.clock.now;
    if (young === undefined) this.put(spaceId, kind, name, found);
    return found.value;
  }

  /** @param readAt - moment of the clock at which the reading began */
  set(spaceId: string, kind: string, name: string, reading: NameReading<Value>, readAt: number): void {
    this.put(spaceId, kind, name, { ...reading, stoodAt: readAt });
  }

  private put(spaceId: string, kind: string, name: string, held: Held<Value>): void {
    if (this.youngSize >= this.most / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngSize = 0;
    }
    let kinds = this.young.get(spaceId);
    if (kinds === undefined) this.young.set(spaceId, (kinds = new Map()));
    let names = kinds.get(kind);
    if (names === undefined) kinds.set(kind, (names = new Map()));
    const before = names.size;
    names.set(name, held);
    this.youngSize += names.size - before;
  }
}
