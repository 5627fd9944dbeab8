import type { CallerReading } from './caller-reading.js';

/** Verified callers by their whole token: bounded, least recently used out, forgotten by the facts they were read from. */
export class CallerCache {
  private readonly byToken = new Map<string, CallerReading>();
  private readonly byFact = new Map<string, Set<string>>();

  constructor(private readonly most: number) {}

  /** What is held for a token and may still be believed. */
  get(token: string, now: number): CallerReading | undefined {
    const held = this.byToken.get(token);
    if (held === undefined) return undefined;
    if (held.validUntil <= now) {
      this.forget(token);
      return undefined;
    }
    // Who was here last matters when somebody has to go soon.
    if (this.byToken.size > this.most / 2) {
      this.byToken.delete(token);
      this.byToken.set(token, held);
    }
    return held;
  }

  set(token: string, reading: CallerReading): void {
    this.forget(token);
    const [oldest] = this.byToken.keys();
    if (this.byToken.size >= this.most && oldest !== undefined) this.forget(oldest);
    this.byToken.set(token, reading);
    for (const fact of reading.dependsOn) {
      const tokens = this.byFact.get(fact) ?? new Set();
      this.byFact.set(fact, tokens.add(token));
    }
  }

  /** Forgets every caller that was read from one of the facts. */
  forgetFacts(facts: Iterable<string>): void {
    for (const fact of facts) for (const token of this.byFact.get(fact) ?? []) this.forget(token);
  }

  clear(): void {
    this.byToken.clear();
    this.byFact.clear();
  }

  get size(): number {
    return this.byToken.size;
  }

  private forget(token: string): void {
    const held = this.byToken.get(token);
    if (held === undefined) return;
    this.byToken.delete(token);
    this.unlink(token, held);
  }

  private unlink(token: string, { dependsOn }: CallerReading): void {
    for (const fact of dependsOn) {
      const tokens = this.byFact.get(fact);
      tokens?.delete(token);
      if (tokens?.size === 0) this.byFact.delete(fact);
    }
  }
}
