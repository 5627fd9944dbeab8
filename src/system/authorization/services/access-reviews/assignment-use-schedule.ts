import type { ServiceScope } from '../../../../kernel/services/index.js';
import { loggerRef } from '../../../shared/contracts/index.js';
import { assignmentUsesRef } from './assignment-uses.js';

const EVERY_MS = 15_000;

/** Reads uses of assignments from the log while the process runs, never twice at once, so that who asks has little to wait for. */
export class AssignmentUseSchedule {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  start(services: ServiceScope, everyMs = EVERY_MS): void {
    this.timer = setInterval(() => {
      this.running ??= readOnce(services).finally(() => {
        this.running = undefined;
      });
    }, everyMs);
    this.timer.unref();
  }

  /** Resolves when a reading under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}

async function readOnce(services: ServiceScope): Promise<void> {
  try {
    await services.get(assignmentUsesRef).readOn();
  } catch (error) {
    services.get(loggerRef).error('uses of assignments could not be read from the log; it is tried again', { error });
  }
}
