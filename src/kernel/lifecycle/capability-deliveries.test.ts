import { manifestInput } from '../manifest/testing/fixture-manifests.js';
import { ServiceContainer } from '../services/index.js';
import type { EventDelivery } from './event-delivery.js';
import { Kernel } from './kernel.js';
import type { HealthReport, SystemCapability } from './system-capability.js';
import { fakeCapability } from './testing/fake-capability.js';

const AUDIT = 'audit.explainable';
const SUBSCRIBER = manifestInput({ id: 'identity.business', requires: [AUDIT], provides: { events: { subscribes: ['thing.changed', 'thing.removed'] } } });

/** A kernel with one capability that subscribes and one that does not; `calls` has hooks and deliveries in their order. */
const system = (hooks: Partial<SystemCapability> = {}, health: () => HealthReport = () => ({ status: 'ok' }), prepare: () => void = () => undefined) => {
  const calls: string[] = [];
  const call = (name: string): void => void calls.push(name);
  const delivery: EventDelivery = {
    prepare: async (subscriptions) => {
      call(`prepare ${subscriptions.map(({ owner, eventType }) => `${owner} ${eventType}`).join(', ')}`);
      prepare();
    },
    begin: (subscriptions) => call(`begin ${subscriptions.length}`),
    end: async (owner) => call(`end ${owner}`),
    health: async () => health(),
  };
  const kernel = new Kernel({ services: new ServiceContainer(), delivery: () => delivery });
  const noting = (id: string): Partial<SystemCapability> => ({ start: async () => call(`start ${id}`), stop: async () => call(`stop ${id}`) });
  kernel.load([fakeCapability(manifestInput(), noting(AUDIT)), fakeCapability(SUBSCRIBER, { ...noting('identity.business'), ...hooks })]);
  return { kernel, calls };
};

describe('deliveries to a capability', () => {
  test('are prepared before it starts, begin when it is up, and end before it stops', async () => {
    const { kernel, calls } = system();
    await kernel.boot();
    await kernel.stop();
    expect(calls).toEqual([
      `start ${AUDIT}`, 'prepare identity.business thing.changed, identity.business thing.removed', 'start identity.business', 'begin 2',
      'end identity.business', 'stop identity.business', `stop ${AUDIT}`,
    ]);
  });

  test('that cannot be prepared fail its start; a retry prepares again', async () => {
    let refuse = true;
    const { kernel, calls } = system({}, undefined, () => {
      if (refuse) throw new Error('no cursor');
    });
    await kernel.boot();
    expect(kernel.status()[1]).toMatchObject({ state: 'failed', reason: 'no cursor' });
    expect(calls.slice(-1)).toEqual(['end identity.business']);
    refuse = false;
    await kernel.retryFailed();
    expect(kernel.ready()).toBe(true);
    expect(calls.slice(-1)).toEqual(['begin 2']);
  });

  test('are taken back when it does not start', async () => {
    const { kernel, calls } = system({ start: () => Promise.reject(new Error('no port')) });
    await kernel.boot();
    expect(calls.slice(-2)).toEqual(['prepare identity.business thing.changed, identity.business thing.removed', 'end identity.business']);
    await kernel.stop();
    expect(calls).not.toContain('begin 2');
  });

  test('that stand still make it degraded, with their reason, until they go on', async () => {
    let health: HealthReport = { status: 'degraded', detail: 'evt_1 could not be handled' };
    const { kernel } = system({}, () => health);
    await kernel.boot();
    expect(kernel.status().map(({ state, reason }) => [state, reason])).toEqual([['ready', undefined], ['degraded', 'evt_1 could not be handled']]);
    health = { status: 'ok' };
    expect((await kernel.checkHealth()).map(({ state }) => state)).toEqual(['ready', 'ready']);
    health = { status: 'degraded', detail: 'evt_2 could not be handled' };
    expect((await kernel.checkHealth())[1]).toMatchObject({ state: 'degraded', reason: 'evt_2 could not be handled' });
  });

  test('without anybody who delivers fail its start: nothing is lost in silence', async () => {
    const kernel = new Kernel({ services: new ServiceContainer() });
    kernel.load([fakeCapability(manifestInput()), fakeCapability(SUBSCRIBER)]);
    await kernel.boot();
    expect(kernel.status().map(({ state }) => state)).toEqual(['ready', 'failed']);
    expect(kernel.status()[1]?.reason).toContain('nothing delivers them');
  });
});
