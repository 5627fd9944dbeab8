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
  readonly readAt: number;
}

/** Remembers what names stand for: bounded, least recently used out. */
export class NameMemory<Value> {
  private readonly held = new Map<string, Held<Value>>();

  constructor(
    private readonly clock: ChangeClock,
    private readonly most: number,
  ) {}

  /** What is held for a name and still stands. */
  get(key: string, now: number): NameReading<Value> | undefined {
    const found = this.held.get(key);
    if (found === undefined) return undefined;
    this.held.delete(key);
    if (found.validUntil <= now || !this.clock.isUnchanged(found.readAt, found.facts)) return undefined;
    this.held.set(key, found);
    return found;
  }

  /** @param readAt - moment of the clock at which the reading began */
  set(key: string, reading: NameReading<Value>, readAt: number): void {
    this.held.delete(key);
    const [oldest] = this.held.keys();
    if (this.held.size >= this.most && oldest !== undefined) this.held.delete(oldest);
    this.held.set(key, { ...reading, readAt });
  }

  get size(): number {
    return this.held.size;
  }
}
