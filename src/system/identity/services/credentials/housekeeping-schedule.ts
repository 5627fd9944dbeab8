import type { ServiceScope } from '../../../../kernel/services/index.js';
import { clockRef, loggerRef } from '../../../shared/contracts/index.js';
import { credentialHousekeepingRef } from './housekeeping.js';

const EVERY_MS = 60_000;

/** Runs the sweep of credentials every minute while the process runs, never twice at once. */
export class CredentialHousekeepingSchedule {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  start(services: ServiceScope, everyMs = EVERY_MS): void {
    this.timer = setInterval(() => {
      this.running ??= sweepOnce(services).finally(() => {
        this.running = undefined;
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
    await services.get(credentialHousekeepingRef).run(services.get(clockRef).now());
  } catch (error) {
    services.get(loggerRef).error('the sweep of credentials failed; it is tried again in a minute', { error });
  }
}
