import { failureOf } from './capability-status.js';
import type { HealthReport, SystemCapability } from './system-capability.js';

/**
 * Asks for the health of a capability: the first check that is not well decides. A check that throws or does not answer in time is
 * degraded; an absent one is well.
 *
 * @param timeoutMs - how long each answer may take, in milliseconds
 */
export async function askHealth(checks: readonly SystemCapability['health'][], timeoutMs: number): Promise<HealthReport> {
  let report: HealthReport = { status: 'ok' };
  for (const check of checks) {
    if (report.status === 'ok' && check) report = await askOne(check, timeoutMs);
  }
  return report;
}

async function askOne(health: NonNullable<SystemCapability['health']>, timeoutMs: number): Promise<HealthReport> {
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
