import { ServiceContainer } from '../../../../kernel/services/index.js';
import { manualClock } from '../../../../kernel/clock/index.js';
import { clockRef, loggerRef } from '../../../shared/contracts/index.js';
import { CredentialHousekeepingSchedule } from './housekeeping-schedule.js';
import { credentialHousekeepingRef, type CredentialHousekeeping } from './housekeeping.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('CredentialHousekeepingSchedule', () => {
  test('sweeps again and again, never twice at once, survives a failure and waits for the last run', async () => {
    const clock = manualClock();
    const logged: string[] = [];
    let [running, most, runs] = [0, 0, 0];
    const housekeeping = {
      run: async (now: number) => {
        expect(now).toBe(clock.now());
        most = Math.max(most, ++running);
        await pause(20);
        running -= 1;
        if (++runs === 1) throw new Error('the database is away');
        return undefined;
      },
    };
    const container = new ServiceContainer();
    container.provide('test', clockRef, () => clock);
    container.provide('test', loggerRef, () => ({ error: (message: string) => logged.push(message) }) as never);
    container.provide('test', credentialHousekeepingRef, () => housekeeping as unknown as CredentialHousekeeping);
    const schedule = new CredentialHousekeepingSchedule();
    schedule.start(container.process, 5);
    while (runs < 3) await pause(5);
    await schedule.stop();
    expect([most, running]).toEqual([1, 0]);
    expect(logged).toEqual(['the sweep of credentials failed; it is tried again in a minute']);
    const after = runs;
    await pause(30);
    expect(runs).toBe(after);
  });
});
