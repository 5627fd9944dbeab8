import { failureOf } from './capability-status.js';
import type { HealthReport, SystemCapability } from './system-capability.js';

/**
 * Asks a capability for its health. One without the hook is well; one that throws or does not answer in time is degraded.
 *
 * @param timeoutMs - how long an answer may take, in milliseconds
 */
export async function askHealth(health: SystemCapability['health'], timeoutMs: number): Promise<HealthReport> {
  if (!health) return { status: 'ok' };
  const late = Promise.withResolvers<HealthReport>();
  const timer = setTimeout(
    () => late.resolve({ status: 'degraded', detail: `The health check gave no answer within ${timeoutMs} ms.` }),
    timeoutMs,
  );
  try {
    return await Promise.race([health(), late.promise]);
  } catch (thrown) {
    return { status: 'degraded', detail: failureOf(thrown).message };
  } finally {
    clearTimeout(timer);
  }
}
