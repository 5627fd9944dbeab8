import type { CallerReading } from './caller-reading.js';

/** Verified callers by what they came with, such as their whole token: bounded, least recently used out, forgotten by the facts they were read from. */
export class CallerCache<Key> {
  private readonly byKey = new Map<Key, CallerReading>();
  private readonly byFact = new Map<string, Set<Key>>();

  constructor(private readonly most: number) {}

  /** What is held for a key and may still be believed. */
  get(key: Key, now: number): CallerReading | undefined {
    const held = this.byKey.get(key);
    if (held === undefined) return undefined;
    if (held.validUntil <= now) {
      this.forget(key);
      return undefined;
    }
    // Who was here last matters when somebody has to go soon.
    if (this.byKey.size > this.most / 2) {
      this.byKey.delete(key);
      this.byKey.set(key, held);
    }
    return held;
  }

  set(key: Key, reading: CallerReading): void {
    this.forget(key);
    const [oldest] = this.byKey.keys();
    if (this.byKey.size >= this.most && oldest !== undefined) this.forget(oldest);
    this.byKey.set(key, reading);
    for (const fact of reading.dependsOn) {
      const keys = this.byFact.get(fact) ?? new Set<Key>();
      this.byFact.set(fact, keys.add(key));
    }
  }

  /** Forgets every caller that was read from one of the facts. */
  forgetFacts(facts: Iterable<string>): void {
    for (const fact of facts) for (const key of this.byFact.get(fact) ?? []) this.forget(key);
  }

  clear(): void {
    this.byKey.clear();
    this.byFact.clear();
  }

  get size(): number {
    return this.byKey.size;
  }

  private forget(key: Key): void {
    const held = this.byKey.get(key);
    if (held === undefined) return;
    this.byKey.delete(key);
    this.unlink(key, held);
  }

  private unlink(key: Key, { dependsOn }: CallerReading): void {
    for (const fact of dependsOn) {
      const keys = this.byFact.get(fact);
      keys?.delete(key);
      if (keys?.size === 0) this.byFact.delete(fact);
    }
  }
}
