interface Entry<Value> {
  readonly value: Value;
  readonly readAt: number;
}

/** Ages of what {@link KeyCache} holds, in milliseconds. */
export interface KeyCacheAges {
  /** Older than this, a value is read again before it is given. */
  readonly most: number;
  /** Older than this, it is still given, and read again meanwhile, so that busy callers never wait. */
  readonly refresh: number;
}

/** Values read through one function, each by one reader at a time; the one unused for longest goes first. */
export class KeyCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private readonly reading = new Map<string, Promise<Value>>();

  constructor(
    private readonly read: (name: string) => Promise<Value>,
    private readonly now: () => number,
    private readonly ages: KeyCacheAges,
    private readonly mostEntries: number,
  ) {}

  async get(name: string): Promise<Value> {
    const held = this.entries.get(name);
    const age = held === undefined ? Number.POSITIVE_INFINITY : this.now() - held.readAt;
    if (held === undefined || age > this.ages.most) return this.load(name);
    if (age > this.ages.refresh) this.load(name).catch(() => undefined);
    this.entries.delete(name);
    this.entries.set(name, held);
    return held.value;
  }

  forget(name: string): void {
    this.entries.delete(name);
    this.reading.delete(name);
  }

  private load(name: string): Promise<Value> {
    const running = this.reading.get(name);
    if (running !== undefined) return running;
    const readAt = this.now();
    const begun: Promise<Value> = this.read(name).then((value) => {
      if (this.reading.get(name) === begun) this.keep(name, { value, readAt });
      return value;
    }).finally(() => {
      if (this.reading.get(name) === begun) this.reading.delete(name);
    });
    this.reading.set(name, begun);
    return begun;
  }

  private keep(name: string, entry: Entry<Value>): void {
    this.entries.delete(name);
    this.entries.set(name, entry);
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > this.mostEntries && oldest !== undefined) this.entries.delete(oldest);
  }
}
