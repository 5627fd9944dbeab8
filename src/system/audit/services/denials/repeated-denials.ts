import type { AuditLog, Denial, DenialLog, RequestContext } from '../../../shared/contracts/index.js';

const MOST_PATHS = 50;
/** Different denials that are held; what comes beyond is written one by one. */
const MOST_HELD = 10_000;

/** What {@link RepeatedDenials} runs on. */
export interface RepeatedDenialsOptions {
  readonly auditLog: () => AuditLog;
  /** How long denials that are alike are counted, in milliseconds; 0 writes each of them. */
  readonly windowMs: number;
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly context: RequestContext;
  readonly denial: Denial;
  /** Resolves when the first of them is durable. */
  readonly written: Promise<unknown>;
  repeated: number;
  lastAt: number;
}

/**
 * Writes denied access into the audit log. The first denial is durable before it is answered; those that are alike (the same credential
 * and address, operation, fields and code) are counted until the window ends, and become one event that says how often. A page that asks
 * again and again, or somebody who tries to, does not fill the log. Changes that were denied are written one by one.
 */
export class RepeatedDenials implements DenialLog {
  private held = new Map<string, Held>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RepeatedDenialsOptions) {}

  start(): void {
    clearInterval(this.timer);
    if (this.options.windowMs > 0) this.timer = setInterval(() => void this.flush().catch(this.options.onError), this.options.windowMs).unref();
  }

  /** Writes what is counted and ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.flush();
  }

  async record(context: RequestContext, denial: Denial): Promise<void> {
    if (this.options.windowMs === 0 || denial.operation.type === 'mutation') return void (await this.write(context, denial));
    const key = keyOf(context, denial);
    const held = this.held.get(key);
    if (held !== undefined) {
      held.repeated += 1;
      held.lastAt = context.request.now;
      await held.written;
      return;
    }
    const written = this.write(context, denial);
    if (this.held.size < MOST_HELD) {
      this.held.set(key, { context, denial, written, repeated: 0, lastAt: context.request.now });
      // Nothing is counted with what is not in the log.
      written.catch(() => this.held.delete(key));
    }
    await written;
  }

  /** Writes the counts and begins anew. When they cannot be written they are kept. */
  async flush(): Promise<void> {
    const held = this.held;
    this.held = new Map();
    for (const [key, { context, denial, written, repeated, lastAt }] of held) {
      if (repeated === 0) continue;
      try {
        await this.write(context, denial, { repeated, from: context.request.now, until: lastAt });
      } catch (error) {
        this.keep(key, { context, denial, written, repeated, lastAt });
        this.options.onError(error);
      }
    }
  }

  private keep(key: string, held: Held): void {
    const since = this.held.get(key);
    if (since === undefined) this.held.set(key, held);
    else since.repeated += held.repeated;
  }

  private write(context: RequestContext, { spaceId, operation: { id, type }, paths, denyCode }: Denial, counts: object = {}): Promise<unknown> {
    return this.options.auditLog().recordNow(context, [{
      type: 'access.denied',
      spaceId,
      target: { type: 'Operation', id },
      decision: 'DENY',
      denyCode,
      details: { paths: paths.slice(0, MOST_PATHS), operation: type, ...counts },
    }]);
  }
}

// Injective: by JSON, never by joining.
function keyOf({ caller, request }: RequestContext, { spaceId, operation, paths, denyCode }: Denial): string {
  return JSON.stringify([caller.key, request.ip ?? null, spaceId, operation.type, operation.id, denyCode, paths]);
}
