import { createServiceRef } from '../../../../kernel/services/index.js';
import { raw, sql, type SqlExecutor } from '../../../../persistence/index.js';

/** What has a time of last use. */
export type UsedKind = 'session' | 'api_key';

const TABLES = { session: 'sys_identity.sessions', api_key: 'sys_admin.api_keys' } as const;

/** What {@link LastUses} runs on. */
export interface LastUsesOptions {
  readonly database: SqlExecutor;
  /** Shortest time between two writes of one row, in milliseconds. */
  readonly everyMs: number;
  /** A write that failed; the uses are tried again with the next one. */
  readonly onError: (error: unknown) => void;
}

/** Remembers when credentials were used and writes it in batches, at most once a minute for each, never while a request waits. */
export class LastUses {
  private readonly used: Readonly<Record<UsedKind, Map<string, number>>> = { session: new Map(), api_key: new Map() };
  private readonly written: Readonly<Record<UsedKind, Map<string, number>>> = { session: new Map(), api_key: new Map() };
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly options: LastUsesOptions) {}

  /** Begins to write every `intervalMs`. */
  start(intervalMs: number): void {
    this.timer = setInterval(() => void this.flush(), intervalMs);
    this.timer.unref();
  }

  /** Writes what may be written. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  note(kind: UsedKind, id: string, now: number): void {
    this.used[kind].set(id, now);
  }

  /** Last use that waits to be written, in milliseconds since the epoch. */
  pending(kind: UsedKind, id: string): number | undefined {
    return this.used[kind].get(id);
  }

  /** Writes what was not written within the last minute; the rest waits. Never rejects. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => Promise.all([this.write('session'), this.write('api_key')])).then(() => undefined);
    return this.flushing;
  }

  private async write(kind: UsedKind): Promise<void> {
    const uses = [...this.used[kind]].filter(([id, at]) => (this.written[kind].get(id) ?? Number.NEGATIVE_INFINITY) + this.options.everyMs <= at);
    if (uses.length === 0) return;
    for (const [id] of uses) this.used[kind].delete(id);
    const table = raw(TABLES[kind]);
    try {
      // Rows that a transaction holds are left out: a time of use is not worth waiting for.
      await this.options.database.query(sql`
        UPDATE ${table} AS t SET last_used_at = l.at
        FROM (SELECT x.id, u.at FROM unnest(${uses.map(([id]) => id)}::text[], ${uses.map(([, at]) => new Date(at))}::timestamptz[]) AS u (id, at)
          JOIN ${table} AS x ON x.id = u.id
          WHERE x.last_used_at IS NULL OR x.last_used_at <= u.at - make_interval(secs => ${this.options.everyMs / 1000}) FOR UPDATE OF x SKIP LOCKED) AS l
        WHERE t.id = l.id`);
      this.remember(kind, uses);
    } catch (error) {
      for (const [id, at] of uses) if (!this.used[kind].has(id)) this.used[kind].set(id, at);
      this.options.onError(error);
    }
  }

  private remember(kind: UsedKind, uses: readonly (readonly [string, number])[]): void {
    const written = this.written[kind];
    const newest = Math.max(...uses.map(([, at]) => at));
    for (const [id, at] of written) if (at + this.options.everyMs <= newest && !this.used[kind].has(id)) written.delete(id);
    for (const [id, at] of uses) written.set(id, at);
  }
}

export const lastUsesRef = createServiceRef<LastUses>({ id: 'admin.last_uses', scope: 'process' });
