import { manifestInput, OFFICIAL_ORDER, officialManifestInputs } from '../manifest/testing/fixture-manifests.js';
import type { CapabilityManifestInput } from '../manifest/index.js';
import { createServiceRef, ServiceContainer } from '../services/index.js';
import { Kernel } from './kernel.js';
import { fakeCapability } from './testing/fake-capability.js';
import { fakeSystem } from './testing/fake-system.js';

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const all = (state: string) => Object.fromEntries(OFFICIAL_ORDER.map((id) => [id, state]));

const kernelOf = (...manifests: readonly CapabilityManifestInput[]): Kernel => {
  const kernel = new Kernel({ services: new ServiceContainer() });
  kernel.load(manifests.map((manifest) => fakeCapability(manifest)));
  return kernel;
};

describe('Kernel.boot', () => {
  test('KR-4: boots all five; every service maps to its capability and can be fetched', async () => {
    const { kernel, services, capabilities, migrate, states } = fakeSystem();
    expect(kernel.ready()).toBe(false);
    await kernel.boot({ migrate });
    expect(kernel.ready()).toBe(true);
    expect(states()).toEqual(all('ready'));
    expect(Object.fromEntries(services.list().map(({ id, owner }) => [id, owner]))).toEqual({
      'audit.service': 'audit.explainable',
      'identity.service': 'identity.business',
      'resource.registry': 'resource.registry',
      'authorization.service': 'authorization.resource',
      'admin.service': 'admin.control_plane',
    });
    const ref = capabilities.get('authorization.resource')?.refs.get('authorization.service');
    expect(ref && services.get(ref)).toEqual({ name: 'authorization.service' });
  });

  test('KR-1: migrates, then starts in dependency order, and lists status in that order', async () => {
    const { kernel, calls, migrate } = fakeSystem();
    await kernel.boot({ migrate });
    const namespaces = ['sys_audit', 'sys_identity', 'sys_resource', 'sys_authz', 'sys_admin'];
    expect(calls).toEqual([...namespaces.map((namespace) => `migrate ${namespace}`), ...OFFICIAL_ORDER.map((id) => `start ${id}`)]);
    expect(kernel.status().map(({ id }) => id)).toEqual(OFFICIAL_ORDER);
    expect(kernel.registries.migrationNamespaces.owner('sys_authz')).toBe('authorization.resource');
  });

  test('tells state, version, start duration and since', async () => {
    let now = 1_000;
    const system = fakeSystem({ 'identity.business': { start: async () => void (now += 250) } }, { clock: () => now });
    expect(system.kernel.status().map(({ state, since }) => [state, since])).toEqual(Array(5).fill(['discovered', 1_000]));
    await system.kernel.boot();
    expect(system.kernel.status()[1]).toEqual({
      id: 'identity.business',
      version: '0.1.0',
      state: 'ready',
      reason: undefined,
      startDurationMs: 250,
      error: undefined,
      since: 1_250,
    });
  });

  test('a clock that goes back makes no negative duration', async () => {
    let now = 1_000;
    const { kernel } = fakeSystem({}, { clock: () => --now });
    await kernel.boot();
    expect(kernel.status().every(({ startDurationMs }) => startDurationMs === 0)).toBe(true);
  });

  test('start gets a frozen handle with all services and nothing else', async () => {
    const { kernel, services, capabilities } = fakeSystem({
      'admin.control_plane': {
        start: async (scope) => {
          const ref = capabilities.get('audit.explainable')?.refs.get('audit.service');
          expect(ref && scope.get(ref)).toEqual({ name: 'audit.service' });
          expect(Object.keys(scope)).toEqual(['get']);
          expect(Object.isFrozen(scope)).toBe(true);
          expect(services.sealed).toBe(true);
        },
      },
    });
    await kernel.boot();
    expect(kernel.ready()).toBe(true);
  });

  test('emits ready in order, then kernel.started once', async () => {
    const { kernel, events } = fakeSystem({}, { clock: () => 7 });
    await kernel.boot();
    await kernel.flushEvents();
    expect(events).toEqual([
      ...OFFICIAL_ORDER.map((capabilityId) => ({
        type: 'capability.ready',
        capabilityId,
        from: 'starting',
        to: 'ready',
        reason: undefined,
        at: 7,
      })),
      { type: 'kernel.started', at: 7 },
    ]);
    expect(events.every(Object.isFrozen)).toBe(true);
  });

  test('a capability that starts degraded serves', async () => {
    const { kernel, states } = fakeSystem({
      'identity.business': { health: async () => ({ status: 'degraded', detail: 'replica is behind' }) },
    });
    await kernel.boot();
    expect(states()).toEqual({ ...all('ready'), 'identity.business': 'degraded' });
    expect(kernel.status()[1]?.reason).toBe('replica is behind');
    expect(kernel.ready()).toBe(true);
  });

  test('a kernel without capabilities is never ready', async () => {
    const kernel = new Kernel({ services: new ServiceContainer() });
    await kernel.boot();
    expect(kernel.ready()).toBe(false);
    await expect(kernel.checkHealth()).resolves.toEqual([]);
  });

  test('refuses a set that cannot be booted, says why in status and starts nothing', async () => {
    const kernel = kernelOf(
      manifestInput(),
      manifestInput({ id: 'authorization.resource', provides: { migrations: { namespace: 'sys_identity' } } }),
    );
    await expect(kernel.boot()).rejects.toThrow(failure('CAPABILITY_INVALID', /"sys_identity" is not its own/));
    expect(kernel.status()).toMatchObject([
      { id: 'audit.explainable', state: 'discovered', reason: 'the set of capabilities was refused' },
      { id: 'authorization.resource', state: 'failed', error: { code: 'CAPABILITY_INVALID' } },
    ]);
    expect(kernel.ready()).toBe(false);
    await kernel.retryFailed();
    expect(kernel.status()[1]?.state).toBe('failed');
    await expect(kernel.stop()).resolves.toEqual([]);
  });

  test.each([
    ['a duplicate', [manifestInput(), manifestInput()], /loaded twice/],
    ['a missing dependency', [manifestInput({ requires: ['identity.business'] })], /"identity\.business" is missing/],
    ['an unknown id', [manifestInput({ id: 'billing.invoices' })], /not a system capability/],
  ])('refuses %s', async (_name, manifests, message) => {
    await expect(kernelOf(...manifests).boot()).rejects.toThrow(failure('CAPABILITY_INVALID', message));
  });

  test('takes another official set from its maker', async () => {
    const kernel = new Kernel({ services: new ServiceContainer(), officialCapabilities: new Map([['a.b', 'sys_a']]) });
    kernel.load([fakeCapability(manifestInput({ id: 'a.b', provides: { migrations: { namespace: 'sys_a' } } }))]);
    await kernel.boot();
    expect(kernel.ready()).toBe(true);
  });
});

describe('Kernel.load', () => {
  test('collects the problems of every manifest and takes none of them', () => {
    const kernel = new Kernel({ services: new ServiceContainer() });
    const broken = { ...fakeCapability(manifestInput()), manifest: { provides: {} } as never };
    const capabilities = [fakeCapability(manifestInput()), broken, fakeCapability(manifestInput({ version: 'new' }))];
    expect(() => kernel.load(capabilities)).toThrow(failure('CAPABILITY_INVALID', /capability 1: id: [^]*audit\.explainable: version: /));
    expect(kernel.status()).toEqual([]);
  });

  test('may be called several times before boot', async () => {
    const kernel = new Kernel({ services: new ServiceContainer() });
    for (const manifest of officialManifestInputs()) kernel.load([fakeCapability(manifest)]);
    await kernel.boot();
    expect(kernel.ready()).toBe(true);
  });
});

describe('a running kernel is closed', () => {
  test('nothing is loaded after boot, not even while it boots', async () => {
    const { kernel, capabilities } = fakeSystem();
    const second = [fakeCapability(manifestInput())];
    const booting = kernel.boot();
    expect(() => kernel.load(second)).toThrow(failure('CAPABILITY_PROTECTED', 'nothing can be loaded'));
    await booting;
    expect(() => kernel.load(second)).toThrow(failure('CAPABILITY_PROTECTED', 'nothing can be loaded'));
    expect(() => kernel.load([...capabilities.values()])).toThrow(failure('CAPABILITY_PROTECTED', 'nothing can be loaded'));
    expect(kernel.status()).toHaveLength(5);
  });

  test('a kernel boots once', async () => {
    const { kernel } = fakeSystem();
    await kernel.boot();
    await expect(kernel.boot()).rejects.toThrow(failure('CAPABILITY_PROTECTED', 'boots once'));
    expect(kernel.ready()).toBe(true);
  });

  test('services and registries are sealed', async () => {
    const { kernel, services } = fakeSystem();
    await kernel.boot();
    const ref = createServiceRef<string>({ id: 'audit.service', scope: 'process' });
    expect(() => services.provide('audit.explainable', ref, () => 'forged')).toThrow(failure('CAPABILITY_PROTECTED', 'sealed'));
    expect(() => kernel.registries.permissions.register('x.y', 'all:all', { key: 'all:all', description: 'x' })).toThrow(
      failure('CAPABILITY_PROTECTED', 'sealed'),
    );
  });

  test('changing a loaded capability object or its manifest changes nothing', async () => {
    const { kernel, capabilities, calls } = fakeSystem();
    const audit = capabilities.get('audit.explainable');
    await kernel.boot();
    Object.assign(audit ?? {}, { stop: async () => void calls.push('forged'), health: async () => ({ status: 'degraded' }) });
    Object.assign(audit?.manifest ?? {}, { id: 'forged.id', version: '9.9.9' });
    await kernel.checkHealth();
    expect(kernel.status()[0]).toMatchObject({ id: 'audit.explainable', version: '0.1.0', state: 'ready' });
    await kernel.stop();
    expect(calls).not.toContain('forged');
  });

  test('status is a frozen copy', async () => {
    const { kernel } = fakeSystem();
    await kernel.boot();
    expect(() => Object.assign(kernel.status()[0] ?? {}, { state: 'stopped' })).toThrow(TypeError);
  });
});
