import { PolityError } from '../errors/index.js';
import { OFFICIAL_ORDER } from '../manifest/testing/fixture-manifests.js';
import { fakeSystem } from './testing/fake-system.js';

const all = (state: string) => Object.fromEntries(OFFICIAL_ORDER.map((id) => [id, state]));

describe('a capability that fails to start', () => {
  const down = () => ({
    'identity.business': {
      start: async () => {
        throw new PolityError('SERVICE_UNAVAILABLE', 'The directory does not answer.');
      },
    },
  });

  test('is failed with its error, holds back those that require it and nobody else', async () => {
    const { kernel, states, calls, migrate } = fakeSystem(down());
    await kernel.boot({ migrate });
    expect(states()).toEqual({
      'audit.explainable': 'ready',
      'identity.business': 'failed',
      'resource.registry': 'ready',
      'authorization.resource': 'registered',
      'admin.control_plane': 'registered',
    });
    const [, identity, , authorization, admin] = kernel.status();
    expect(identity).toMatchObject({
      reason: 'The directory does not answer.',
      error: { code: 'SERVICE_UNAVAILABLE', message: 'The directory does not answer.', cause: expect.any(PolityError) },
      startDurationMs: expect.any(Number),
    });
    expect(authorization?.reason).toBe('waits for identity.business');
    expect(admin?.reason).toBe('waits for identity.business');
    expect(calls).not.toContain('start authorization.resource');
    expect(kernel.ready()).toBe(false);
  });

  test('emits capability.failed and no kernel.started', async () => {
    const { kernel, events } = fakeSystem(down());
    await kernel.boot();
    await kernel.flushEvents();
    expect(events.map((event) => event.type)).toEqual(['capability.ready', 'capability.failed', 'capability.ready']);
    expect(events[1]).toMatchObject({
      capabilityId: 'identity.business',
      from: 'starting',
      to: 'failed',
      reason: 'The directory does not answer.',
    });
  });

  test('stops with the others, but its stop is not called', async () => {
    const { kernel, calls, states } = fakeSystem(down());
    await kernel.boot();
    await kernel.stop();
    expect(calls.filter((call) => call.startsWith('stop'))).toEqual(['stop resource.registry', 'stop audit.explainable']);
    expect(states()).toEqual(all('stopped'));
  });

  test('takes anything that is thrown', async () => {
    const { kernel } = fakeSystem({ 'admin.control_plane': { start: () => Promise.reject('a string') } });
    await kernel.boot();
    expect(kernel.status()[4]?.error).toEqual({ code: 'INTERNAL_ERROR', message: 'a string', cause: 'a string' });
  });
});

describe('Kernel.retryFailed', () => {
  test('brings up what failed and what waited, starts nobody twice, then announces the start', async () => {
    let reachable = false;
    const { kernel, calls, events, migrate, states } = fakeSystem({
      'identity.business': {
        start: async () => {
          if (!reachable) throw new Error('connection refused');
        },
      },
    });
    await kernel.boot({ migrate });
    await kernel.retryFailed();
    expect(states()['identity.business']).toBe('failed');

    reachable = true;
    calls.length = 0;
    events.length = 0;
    await kernel.retryFailed();
    await kernel.flushEvents();
    expect(states()).toEqual(all('ready'));
    expect(kernel.ready()).toBe(true);
    expect(kernel.status().map(({ reason, error }) => reason ?? error)).toEqual(Array(5).fill(undefined));
    expect(calls).toEqual(['start identity.business', 'start authorization.resource', 'start admin.control_plane']);
    expect(events.map(({ type }) => type)).toEqual([
      'capability.ready',
      'capability.ready',
      'capability.ready',
      'kernel.started',
    ]);
    await kernel.retryFailed();
    expect(calls).toHaveLength(3);
  });

  test('recovers when the database was away during the migrations', async () => {
    let reachable = false;
    const { kernel, calls, services, states } = fakeSystem();
    const migrate = async (namespace: string) => {
      calls.push(`migrate ${namespace}`);
      if (namespace === 'sys_identity' && !reachable) throw new Error('connection refused');
    };
    await kernel.boot({ migrate });
    expect(states()).toEqual({
      'audit.explainable': 'ready',
      'identity.business': 'failed',
      'resource.registry': 'ready',
      'authorization.resource': 'validated',
      'admin.control_plane': 'validated',
    });
    expect(kernel.status()[3]?.reason).toBe('waits for identity.business');
    expect(services.sealed).toBe(true);
    expect(services.owner('identity.service')).toBe('identity.business');

    reachable = true;
    calls.length = 0;
    await kernel.retryFailed();
    expect(states()).toEqual(all('ready'));
    expect(calls).toEqual([
      'migrate sys_identity',
      'migrate sys_authz',
      'migrate sys_admin',
      'start identity.business',
      'start authorization.resource',
      'start admin.control_plane',
    ]);
  });

  test('does not help a capability whose registration failed: the registries are sealed', async () => {
    let registrations = 0;
    const { kernel, states } = fakeSystem({
      'identity.business': {
        register: () => {
          registrations += 1;
          throw new Error('a bug');
        },
      },
    });
    await kernel.boot();
    await kernel.retryFailed();
    expect(registrations).toBe(1);
    expect(states()['identity.business']).toBe('failed');
    expect(kernel.status()[1]?.error).toMatchObject({ code: 'INTERNAL_ERROR', message: 'a bug' });
    expect(states()['authorization.resource']).toBe('registered');
  });

  test('a failed registration outweighs a failed migration', async () => {
    let reachable = false;
    const { kernel, states } = fakeSystem({ 'audit.explainable': { register: () => undefined } });
    await kernel.boot({ migrate: async () => (reachable ? undefined : Promise.reject(new Error('connection refused'))) });
    expect(kernel.status()[0]?.error).toMatchObject({ code: 'CAPABILITY_INVALID' });
    reachable = true;
    await kernel.retryFailed();
    expect(states()['audit.explainable']).toBe('failed');
  });

  test('does nothing before boot and after stop', async () => {
    const { kernel, states, calls } = fakeSystem({ 'audit.explainable': { start: () => Promise.reject(new Error('no')) } });
    await kernel.retryFailed();
    expect(states()['audit.explainable']).toBe('discovered');
    await kernel.boot();
    await kernel.stop();
    calls.length = 0;
    await kernel.retryFailed();
    expect(calls).toEqual([]);
  });
});

describe('Kernel.checkHealth', () => {
  test('moves between ready and degraded with events, and only on a change', async () => {
    let report: () => Promise<{ status: 'ok' | 'degraded'; detail?: string }> = async () => ({ status: 'ok' });
    const { kernel, events, states } = fakeSystem({ 'audit.explainable': { health: () => report() } });
    await kernel.boot();
    await kernel.flushEvents();
    events.length = 0;

    await kernel.checkHealth();
    report = async () => ({ status: 'degraded', detail: 'sequencer is late' });
    await kernel.checkHealth();
    report = async () => ({ status: 'degraded', detail: 'sequencer is very late' });
    expect(await kernel.checkHealth()).toEqual(kernel.status());
    expect(states()['audit.explainable']).toBe('degraded');
    expect(kernel.status()[0]?.reason).toBe('sequencer is very late');
    expect(kernel.ready()).toBe(true);

    report = () => Promise.reject(new Error('broken pipe'));
    await kernel.checkHealth();
    expect(kernel.status()[0]).toMatchObject({ state: 'degraded', reason: 'broken pipe' });
    report = async () => ({ status: 'ok' });
    await kernel.checkHealth();
    expect(kernel.status()[0]).toMatchObject({ state: 'ready', reason: undefined });
    await kernel.flushEvents();
    expect(events.map(({ type }) => type)).toEqual(['capability.degraded', 'capability.ready']);
    expect(events[0]).toMatchObject({ from: 'ready', to: 'degraded', reason: 'sequencer is late' });
  });

  test('a check without an answer counts as degraded', async () => {
    const { kernel } = fakeSystem({ 'audit.explainable': { health: () => new Promise(() => undefined) } }, { healthTimeoutMs: 5 });
    await kernel.boot();
    expect(kernel.status()[0]).toMatchObject({ state: 'degraded', reason: 'The health check gave no answer within 5 ms.' });
  });

  test('concurrent checks are one check', async () => {
    let asked = 0;
    const { kernel } = fakeSystem({
      'audit.explainable': {
        health: async () => {
          asked += 1;
          return { status: 'ok' };
        },
      },
    });
    await kernel.boot();
    asked = 0;
    await Promise.all([kernel.checkHealth(), kernel.checkHealth()]);
    expect(asked).toBe(1);
    await kernel.checkHealth();
    expect(asked).toBe(2);
  });

  test('does not ask what is not up', async () => {
    const { kernel, states } = fakeSystem({
      'audit.explainable': { start: () => Promise.reject(new Error('no')), health: () => Promise.reject(new Error('asked')) },
    });
    await kernel.boot();
    await kernel.checkHealth();
    expect(states()['audit.explainable']).toBe('failed');
    expect(kernel.status()[0]?.reason).toBe('no');
  });
});

describe('Kernel.stop', () => {
  test('stops in reverse order and announces it', async () => {
    const { kernel, calls, events, states } = fakeSystem();
    await kernel.boot();
    await kernel.flushEvents();
    calls.length = 0;
    events.length = 0;
    await expect(kernel.stop()).resolves.toEqual([]);
    expect(calls).toEqual(OFFICIAL_ORDER.toReversed().map((id) => `stop ${id}`));
    expect(states()).toEqual(all('stopped'));
    expect(kernel.ready()).toBe(false);
    expect(events.map(({ type }) => type)).toEqual([...Array(5).fill('capability.stopped'), 'kernel.stopped']);
  });

  test('collects errors and goes on', async () => {
    const { kernel, calls, states } = fakeSystem({
      'authorization.resource': { stop: () => Promise.reject(new Error('socket hang up')) },
      'audit.explainable': { stop: () => Promise.reject(new PolityError('REQUEST_TIMEOUT', 'too slow')) },
    });
    await kernel.boot();
    calls.length = 0;
    await expect(kernel.stop()).resolves.toMatchObject([
      { capabilityId: 'authorization.resource', code: 'INTERNAL_ERROR', message: 'socket hang up' },
      { capabilityId: 'audit.explainable', code: 'REQUEST_TIMEOUT', message: 'too slow' },
    ]);
    expect(calls).toHaveLength(5);
    expect(states()).toEqual(all('stopped'));
    expect(kernel.status()[3]).toMatchObject({ reason: 'socket hang up', error: { message: 'socket hang up' } });
  });

  test('what the sink refuses to the end stays visible', async () => {
    const { kernel } = fakeSystem({}, { publish: () => Promise.reject(new Error('no sink')) });
    await kernel.boot();
    await kernel.stop();
    expect(kernel.ready()).toBe(false);
    expect(kernel.eventBacklog()).toEqual({ waiting: 12, dropped: 0 });
  });

  test('is done once', async () => {
    const { kernel, calls } = fakeSystem();
    await kernel.boot();
    expect(kernel.stop()).toBe(kernel.stop());
    await kernel.stop();
    expect(calls.filter((call) => call === 'stop audit.explainable')).toHaveLength(1);
  });

  test('during boot: what has started is stopped, what has not is not started', async () => {
    const gate = Promise.withResolvers<void>();
    const { kernel, calls, states, events } = fakeSystem({ 'identity.business': { start: () => gate.promise } });
    const booting = kernel.boot();
    while (!calls.includes('start identity.business')) await new Promise(setImmediate);
    const stopping = kernel.stop();
    gate.resolve();
    await booting;
    await stopping;
    expect(calls).toEqual(['start audit.explainable', 'start identity.business', 'stop identity.business', 'stop audit.explainable']);
    expect(states()).toEqual(all('stopped'));
    expect(events.map(({ type }) => type)).not.toContain('kernel.started');
  });

  test('right after boot was called, and before it was', async () => {
    const early = fakeSystem();
    const booting = early.kernel.boot({ migrate: early.migrate });
    await early.kernel.stop();
    await booting;
    expect(early.calls).toEqual([]);
    expect(early.states()).toEqual(all('stopped'));

    const never = fakeSystem();
    await never.kernel.stop();
    expect(never.services.sealed).toBe(true);
    await expect(never.kernel.boot()).rejects.toMatchObject({ code: 'CAPABILITY_PROTECTED' });
  });
});
