import { PolityError } from '../../../../kernel/errors/index.js';
import { isDatabaseUnavailable, isRetryable } from '../../../../persistence/index.js';

/** How {@link GroupCommit} writes. */
export interface GroupCommitOptions<Row> {
  /** Stores rows in one statement; resolves after its commit. */
  readonly store: (rows: readonly Row[]) => Promise<void>;
  /** Statements at once. */
  readonly writers: number;
  /** Rows of one statement; a call with more of them is not cut. */
  readonly mostPerStatement: number;
  /** While one statement is under way, a further one begins with so many rows: fewer do better to go with those that come. */
  readonly worthAnother: number;
  /** Or after so many milliseconds, when the one under way takes long. */
  readonly patienceMs: number;
  /** Rows that may wait before callers are turned away. */
  readonly mostWaiting: number;
}

interface Call<Row> {
  readonly rows: readonly Row[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const UNAVAILABLE_MESSAGE = 'The audit log cannot be written now.';

/**
 * Joins the rows of callers that come together into one statement: while one is being written the next gathers. A call resolves when
 * its rows are durable, and its rows stand or fall together. A statement that fails is taken apart by call, so that nobody's rows
 * fail another's.
 */
export class GroupCommit<Row> {
  private readonly waiting: Call<Row>[] = [];
  private waitingRows = 0;
  private writing = 0;
  private woken = false;
  private patience: NodeJS.Timeout | undefined;
  private closed = false;
  private drained: (() => void) | undefined;

  constructor(private readonly options: GroupCommitOptions<Row>) {}

  /** @throws PolityError `SERVICE_UNAVAILABLE` when too much waits or the database is away */
  write(rows: readonly Row[]): Promise<void> {
    if (this.closed || this.waitingRows + rows.length > this.options.mostWaiting) {
      return Promise.reject(new PolityError('SERVICE_UNAVAILABLE', UNAVAILABLE_MESSAGE));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, resolve, reject });
      this.waitingRows += rows.length;
      this.wake();
    });
  }

  /** Takes nothing more and resolves when all that waits is written. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.waiting.length === 0 && this.writing === 0) return;
    await new Promise<void>((resolve) => {
      this.drained = resolve;
    });
  }

  private wake(): void {
    const { writers, worthAnother, patienceMs } = this.options;
    if (this.woken || this.writing >= writers) return;
    if (this.writing === 0 || this.waitingRows >= worthAnother) return this.begin();
    this.patience ??= setTimeout(() => {
      this.patience = undefined;
      if (this.waiting.length > 0 && this.writing < writers && !this.woken) this.begin();
    }, patienceMs);
  }

  // Waits for the end of this turn of the event loop: callers that came in it go together.
  private begin(): void {
    this.woken = true;
    setImmediate(() => {
      this.woken = false;
      void this.writeWaiting();
    });
  }

  private async writeWaiting(): Promise<void> {
    if (this.writing >= this.options.writers) return;
    this.writing++;
    for (let calls = this.take(); calls.length > 0; calls = this.take()) {
      if (this.waiting.length > 0) this.wake();
      await this.writeTogether(calls);
    }
    this.writing--;
    if (this.writing === 0 && this.waiting.length === 0) this.drained?.();
  }

  private take(): Call<Row>[] {
    const calls: Call<Row>[] = [];
    let rows = 0;
    clearTimeout(this.patience);
    this.patience = undefined;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (calls.length > 0 && rows + next.rows.length > this.options.mostPerStatement) break;
      calls.push(next);
      rows += next.rows.length;
      this.waiting.shift();
    }
    this.waitingRows -= rows;
    return calls;
  }

  private async writeTogether(calls: readonly Call<Row>[]): Promise<void> {
    try {
      await this.options.store(calls.flatMap(({ rows }) => rows));
      for (const call of calls) call.resolve();
    } catch (error) {
      // After a lost connection nobody knows whether it was written; writing it again could write it twice.
      if (isDatabaseUnavailable(error) || (calls.length === 1 && !isRetryable(error))) return fail(calls, error);
      await this.writeApart(calls);
    }
  }

  private async writeApart(calls: readonly Call<Row>[]): Promise<void> {
    for (const [position, call] of calls.entries()) {
      try {
        await this.options.store(call.rows);
        call.resolve();
      } catch (error) {
        if (isDatabaseUnavailable(error)) return fail(calls.slice(position), error);
        fail([call], error);
      }
    }
  }
}

function fail<Row>(calls: readonly Call<Row>[], error: unknown): void {
  const reason = isDatabaseUnavailable(error) ? new PolityError('SERVICE_UNAVAILABLE', UNAVAILABLE_MESSAGE, { cause: error }) : error;
  for (const { reject } of calls) reject(reason);
}
