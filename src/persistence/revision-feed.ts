import type pg from 'pg';
import { sql } from './sql.js';
import type { PreparingExecutor } from './statement-pool.js';

/** Longest time between two looks at the database, whatever the wake-ups. */
const POLL_MS = 250;
const MOST_CHANGES = 5_000;

/** One version of one fact, as a node learns of it. */
export interface FactChange {
  /** Space of the fact, `''` for the instance. */
  readonly spaceId: string;
  readonly rev: number;
  /** `user`, `session`, `admin_grant`, `member_role`, … */
  readonly kind: string;
  readonly id: string;
  readonly removed: boolean;
  /** Columns of the version; no personal data. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Called with changes in revision order per Space, and with the revisions that are reached with them (of Spaces that moved; `''` for the
 * instance); must not throw. `undefined` means: too much was missed, drop everything.
 */
export type FactListener = (changes: readonly FactChange[] | undefined, reached: ReadonlyMap<string, number>) => void;

/** What {@link RevisionFeed} runs on. */
export interface RevisionFeedOptions {
  readonly database: Pick<PreparingExecutor, 'prepared'>;
  /** Makes the connection that listens; ended by the feed. */
  readonly connect: () => Promise<pg.Client>;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Follows the revisions of all Spaces: woken by NOTIFY, and by the clock at least every 250 ms. What memory holds of the database
 * (callers, tokens, indexes) listens here and forgets what changed. {@link silentForMs} says how far the node may lag.
 */
export class RevisionFeed {
  private readonly listeners = new Set<FactListener>();
  private seen = new Map<string, number>();
  private caughtUpAt = Number.NEGATIVE_INFINITY;
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: RevisionFeedOptions) {}

  /** Reads the revisions as they are now and begins to follow them. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.poll();
    await this.listen();
    this.timer = setInterval(() => void this.catchUp(), POLL_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await (this.next ?? this.running);
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
  }

  /** Adds a listener and gives the function that removes it. */
  subscribe(listener: FactListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Revision of a Space, `''` for the instance, up to which every listener has been told of all changes. */
  reached(spaceId: string): number {
    return this.seen.get(spaceId) ?? 0;
  }

  /** Milliseconds since this node last knew that it had seen every change. Above 1,000 memory must not be trusted. */
  silentForMs(): number {
    return this.options.now() - this.caughtUpAt;
  }

  /** Looks now; resolves when a look that began after the call has ended, whatever else changes meanwhile. Used after own commits and by `atLeast`. */
  catchUp(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.begin();
    });
    return this.next;
  }

  private begin(): Promise<void> {
    this.running ??= this.look().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.poll();
      if (this.client === undefined) await this.listen();
    } catch (error) {
      this.options.onError(error);
    }
  }

  private async poll(): Promise<void> {
    const began = this.options.now();
    const revisions = await this.options.database.prepared<{ space_id: string; rev: number }>('revisions', sql`SELECT space_id, rev FROM sys_authz.revision`);
    const moved = revisions.filter(({ space_id, rev }) => rev !== this.seen.get(space_id));
    const first = this.caughtUpAt === Number.NEGATIVE_INFINITY;
    if (moved.length > 0 && !first) this.announce(await this.read(moved), new Map(moved.map(({ space_id, rev }) => [space_id, rev])));
    for (const { space_id, rev } of moved) this.seen.set(space_id, rev);
    this.caughtUpAt = began;
  }

  private async read(moved: readonly { space_id: string; rev: number }[]): Promise<FactChange[] | undefined> {
    const spaces = moved.map(({ space_id }) => space_id);
    const upTo = moved.map(({ rev }) => rev);
    const from = moved.map(({ space_id }) => this.seen.get(space_id) ?? 0);
    const rows = await this.options.database.prepared<FactChange>('fact_changes', sql`
      SELECT v.space_id AS "spaceId", v.rev, v.kind, v.id, v.removed, v.body
      FROM unnest(${spaces}::text[], ${from}::bigint[], ${upTo}::bigint[]) AS m (space_id, seen, rev)
      JOIN sys_authz.fact_version v ON v.space_id = m.space_id AND v.rev > m.seen AND v.rev <= m.rev
      ORDER BY v.space_id, v.rev LIMIT ${MOST_CHANGES + 1}`);
    return rows.length > MOST_CHANGES ? undefined : rows;
  }

  private announce(changes: readonly FactChange[] | undefined, reached: ReadonlyMap<string, number>): void {
    for (const listener of this.listeners) listener(changes, reached);
  }

  private async listen(): Promise<void> {
    const client = await this.options.connect();
    client.on('notification', () => void this.catchUp());
    const lost = (): void => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.query('LISTEN polity_revision');
    this.client = client;
  }
}
