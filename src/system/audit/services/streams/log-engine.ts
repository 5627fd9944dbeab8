import {
  auditLog, ChannelListener, LogSequencer, outboxLog, sql, type Database, type StatementPool, type UnsequencedEvent,
} from '../../../../persistence/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { EventFeed } from '../../../shared/services/index.js';
import type { PlacedEvent } from '../read/event-record.js';
import { AUDIT_LOG } from './audit-events.js';
import { OUTBOX_LOG, type PlacedOutboxEvent } from './lifecycle-events.js';
import { endOf, readLog } from './log-window-reader.js';

const LOOK_MS = 250;
const PARTITIONS_MS = 86_400_000;
const MONTHS_AHEAD = 3;

/** What {@link LogEngine} runs on. */
export interface LogEngineOptions {
  readonly database: Pick<Database, 'connect'>;
  /** Connections apart from those of the callers' transactions. */
  readonly statements: StatementPool;
  readonly now: () => number;
  /** Resolves when every change of rights is known that was committed before the call. */
  readonly settled: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Orders the two logs on this node and tells its streams what is new, whoever ordered it. */
export class LogEngine {
  readonly audit: LogSequencer<UnsequencedEvent>;
  readonly outbox: LogSequencer;
  readonly auditFeed: EventFeed<PlacedEvent>;
  readonly outboxFeed: EventFeed<PlacedOutboxEvent>;
  /** Resolves when every change of rights is known that was committed before the call. */
  readonly settled: () => Promise<void>;
  private readonly listener: ChannelListener;
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: LogEngineOptions) {
    const { database, statements, now, settled, onError } = options;
    this.settled = settled;
    this.audit = new LogSequencer({ database: statements, log: auditLog, now, onError });
    this.outbox = new LogSequencer({ database: statements, log: outboxLog, now, onError });
    this.auditFeed = new EventFeed({ end: () => endOf(statements, AUDIT_LOG), read: (from) => readLog<PlacedEvent>(statements, AUDIT_LOG, from), settled, onError });
    this.outboxFeed = new EventFeed({ end: () => endOf(statements, OUTBOX_LOG), read: (from) => readLog<PlacedOutboxEvent>(statements, OUTBOX_LOG, from), settled, onError });
    this.listener = new ChannelListener({ connect: () => database.connect('polity-log'), onError });
    this.listener.on(auditLog.channel, () => this.auditFeed.wake());
    this.listener.on(outboxLog.channel, () => this.outboxFeed.wake());
    this.audit.onSequenced(() => this.auditFeed.wake());
    this.outbox.onSequenced(() => this.outboxFeed.wake());
  }

  async start(): Promise<void> {
    try {
      await this.listener.start();
    } catch (error) {
      await this.listener.stop();
      throw error;
    }
    this.audit.start();
    this.outbox.start();
    this.timers = [
      // A notification may be lost with its connection.
      setInterval(() => {
        this.auditFeed.wake();
        this.outboxFeed.wake();
      }, LOOK_MS).unref(),
      setInterval(() => this.ensurePartitions(), PARTITIONS_MS).unref(),
    ];
    this.ensurePartitions();
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([this.audit.stop(), this.outbox.stop(), this.listener.stop()]);
  }

  /** Milliseconds for which events may have been waiting for their place. */
  get lagMs(): number {
    return Math.max(this.audit.lagMs, this.outbox.lagMs);
  }

  private ensurePartitions(): void {
    this.options.statements.query(sql`SELECT sys_audit.ensure_partitions(${MONTHS_AHEAD})`).catch(this.options.onError);
  }
}

/** The logs of the process. */
export const logEngineRef = createServiceRef<LogEngine>({ id: 'audit.engine', scope: 'process' });
