import type pg from 'pg';

const RETRY_MS = 500;

/** What {@link ChannelListener} runs on. */
export interface ChannelListenerOptions {
  readonly connect: () => Promise<pg.Client>;
  readonly onError: (error: unknown) => void;
}

/**
 * One connection that listens to channels and comes back when it is lost. A notification is only a wake-up: whoever gets it looks at
 * the database, and looks there without it too.
 */
export class ChannelListener {
  private readonly callbacks = new Map<string, Set<() => void>>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(private readonly options: ChannelListenerOptions) {}

  /** Calls back at each notification; channels are named before {@link start}. Gives the function that stops it. */
  on(channel: string, callback: () => void): () => void {
    const callbacks = this.callbacks.get(channel) ?? new Set();
    this.callbacks.set(channel, callbacks.add(callback));
    return () => callbacks.delete(callback);
  }

  async start(): Promise<void> {
    this.stopped = false;
    await this.listen();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    const client = await this.options.connect();
    client.on('notification', ({ channel }) => this.callbacks.get(channel)?.forEach((callback) => callback()));
    client.on('error', this.options.onError);
    client.once('end', () => this.lost(client));
    try {
      for (const channel of this.callbacks.keys()) await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    if (this.stopped) await this.stop();
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.retry();
  }

  private retry(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.listen().catch((error: unknown) => {
        this.options.onError(error);
        this.retry();
      });
    }, RETRY_MS).unref();
  }
}
