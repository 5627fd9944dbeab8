import type { ServiceScope } from '../../../../kernel/services/index.js';
import { clockRef, loggerRef, systemContext } from '../../../shared/contracts/index.js';
import { spacePurgeRef } from './space-purge.js';

const EVERY_MS = 60_000;

/** Runs the removal of Spaces every minute while the process runs, never twice at once. */
export class PurgeSchedule {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  start(services: ServiceScope, everyMs = EVERY_MS): void {
    let busy = false;
    this.timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.running = sweepOnce(services).finally(() => {
        busy = false;
      });
    }, everyMs);
    this.timer.unref();
  }

  /** Resolves when a sweep under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}

async function sweepOnce(services: ServiceScope): Promise<void> {
  try {
    await services.get(spacePurgeRef).sweep(systemContext(services, services.get(clockRef).now()));
  } catch (error) {
    services.get(loggerRef).error('removal of deleted Spaces failed; it is tried again in a minute', { error });
  }
}
