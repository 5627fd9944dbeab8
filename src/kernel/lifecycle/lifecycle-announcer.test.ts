import { LifecycleAnnouncer } from './lifecycle-announcer.js';
import type { LifecycleEvent } from './lifecycle-event.js';

const event = (at: number): LifecycleEvent => ({ type: 'kernel.started', at });

describe('LifecycleAnnouncer', () => {
  test('hands over one at a time, in order', async () => {
    const log: string[] = [];
    const announcer = new LifecycleAnnouncer(async ({ at }) => {
      log.push(`begin ${at}`);
      await new Promise(setImmediate);
      log.push(`end ${at}`);
    });
    announcer.announce(event(1));
    announcer.announce(event(2));
    await announcer.flush();
    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
    expect(announcer.backlog()).toEqual({ waiting: 0, dropped: 0 });
  });

  test.each([
    ['throws', () => { throw new Error('no table yet'); }],
    ['rejects', () => Promise.reject(new Error('no table yet'))],
  ])('keeps what a sink that %s does not take, and offers it again in order', async (_name, refuse) => {
    const taken: number[] = [];
    let open = false;
    const announcer = new LifecycleAnnouncer(({ at }) => (open ? void taken.push(at) : refuse()));
    announcer.announce(event(1));
    announcer.announce(event(2));
    await announcer.flush();
    expect(announcer.backlog()).toEqual({ waiting: 2, dropped: 0 });
    open = true;
    announcer.announce(event(3));
    await announcer.flush();
    expect(taken).toEqual([1, 2, 3]);
  });

  test('drops the oldest beyond a thousand, and counts them', async () => {
    const taken: number[] = [];
    let open = false;
    const announcer = new LifecycleAnnouncer(({ at }) => {
      if (!open) throw new Error('closed');
      taken.push(at);
    });
    for (let at = 1; at <= 1_003; at += 1) announcer.announce(event(at));
    await announcer.flush();
    expect(announcer.backlog()).toEqual({ waiting: 1_000, dropped: 3 });
    open = true;
    await announcer.flush();
    expect([taken[0], taken.length]).toEqual([4, 1_000]);
  });

  test('does not drop another event for one that was dropped while the sink took it', async () => {
    const gate = Promise.withResolvers<void>();
    const taken: number[] = [];
    const announcer = new LifecycleAnnouncer(async ({ at }) => {
      if (at === 1) await gate.promise;
      taken.push(at);
    });
    announcer.announce(event(1));
    await new Promise(setImmediate);
    for (let at = 2; at <= 1_001; at += 1) announcer.announce(event(at));
    gate.resolve();
    await announcer.flush();
    expect(taken.slice(0, 3)).toEqual([1, 2, 3]);
    expect(taken).toHaveLength(1_001);
  });
});
