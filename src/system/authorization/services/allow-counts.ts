import { createServiceRef } from '../../../kernel/services/index.js';
import type { AuditLog, RequestContext } from '../../shared/contracts/index.js';

/** Milliseconds between two events of counts. */
const INTERVAL_MS = 60_000;

interface Count {
  readonly spaceId: string;
  readonly resourceType: string;
  readonly action: string;
  allowed: number;
}

/** What {@link AllowCounts} runs on. */
export interface AllowCountsOptions {
  readonly auditLog: () => AuditLog;
  /** Context of the server itself, at a moment. */
  readonly context: () => RequestContext;
  readonly onError: (error: unknown) => void;
}

/** Counts allows of actions that are not audited one by one; each minute the counts become audit events, one per Space and action. */
export class AllowCounts {
  /** By Space, type and action: three keys that need not be joined. */
  private counts = new Map<string, Map<string, Map<string, Count>>>();
  private since: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AllowCountsOptions) {}

  start(): void {
    clearInterval(this.timer);
    this.timer = setInterval(() => void this.flush().catch(this.options.onError), INTERVAL_MS);
    this.timer.unref();
  }

  /** Writes what is left and ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.flush();
  }

  add(spaceId: string, resourceType: string, action: string, now: number): void {
    this.since ??= now;
    this.raise(spaceId, resourceType, action, 1);
  }

  /** Writes the counts and begins anew. When they cannot be written they are kept. */
  async flush(): Promise<void> {
    if (this.counts.size === 0) return;
    const { counts, since } = this;
    this.counts = new Map();
    this.since = undefined;
    const context = this.options.context();
    try {
      await this.options.auditLog().recordNow(context, all(counts).map(({ spaceId, resourceType, action, allowed }) => ({
        type: 'authorization.allow_counts',
        spaceId,
        action: `${resourceType}.${action}`,
        target: { type: 'ResourceType', id: resourceType },
        details: { allowed, from: since ?? context.request.now, until: context.request.now },
      })));
    } catch (error) {
      for (const { spaceId, resourceType, action, allowed } of all(counts)) this.raise(spaceId, resourceType, action, allowed);
      this.since = since;
      throw error;
    }
  }

  private raise(spaceId: string, resourceType: string, action: string, allowed: number): void {
    let types = this.counts.get(spaceId);
    if (types === undefined) this.counts.set(spaceId, (types = new Map()));
    let actions = types.get(resourceType);
    if (actions === undefined) types.set(resourceType, (actions = new Map()));
    const held = actions.get(action);
    if (held === undefined) actions.set(action, { spaceId, resourceType, action, allowed });
    else held.allowed += allowed;
  }
}

function all(counts: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Count>>>): Count[] {
  return [...counts.values()].flatMap((types) => [...types.values()].flatMap((actions) => [...actions.values()]));
}

/** The counts of the process. */
export const allowCountsRef = createServiceRef<AllowCounts>({ id: 'authorization.allow_counts', scope: 'process' });
