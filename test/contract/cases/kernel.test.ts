/** The kernel with the capabilities that are really loaded; its rules over made-up ones are held beside its code. */
import { createCapabilities } from '../../../src/boot/capabilities.js';
import { PolityError } from '../../../src/kernel/errors/index.js';
import { Kernel, type SystemCapability } from '../../../src/kernel/lifecycle/index.js';
import { KERNEL_VERSION, OFFICIAL_CAPABILITIES, readManifest, resolveOrder, validateManifests, type CapabilityManifest } from '../../../src/kernel/manifest/index.js';
import { createServiceRef, ServiceContainer } from '../../../src/kernel/services/index.js';
import { authorizationDecisionsRef } from '../../../src/system/authorization/services/decisions.js';
import { startTestServer, type TestServer } from '../../support/server.js';

const ORDER = ['audit.explainable', 'identity.business', 'resource.registry', 'authorization.resource', 'admin.control_plane'];

/** The sheet's order of the manifests as they are given. */
const GIVEN = ['admin.control_plane', 'authorization.resource', 'resource.registry', 'identity.business', 'audit.explainable'];

const capabilities = new Map(createCapabilities().map((capability) => [capability.manifest.id, capability]));

function manifestOf(id: string): CapabilityManifest {
  const { manifest, problems } = readManifest(capabilities.get(id)?.manifest, id);
  if (manifest === undefined) throw new Error(JSON.stringify(problems));
  return manifest;
}

const rules = { officialCapabilities: OFFICIAL_CAPABILITIES, kernelVersion: KERNEL_VERSION };

test('KR-1: the five manifests are put into dependency order, whatever order they come in', () => {
  const given = GIVEN.map(manifestOf);
  for (const manifests of [given, given.toReversed(), ORDER.map(manifestOf)]) expect(resolveOrder(manifests).map(({ id }) => id)).toEqual(ORDER);
});

test.each(ORDER)('KR-2: the manifest of %s is valid, privileged and required, and owns its schema', (id) => {
  const manifest = manifestOf(id);
  expect(manifest).toMatchObject({ id, kind: 'system_capability', privileged: true, required: true, provides: { migrations: { namespace: OFFICIAL_CAPABILITIES.get(id) } } });
  expect(() => validateManifests(ORDER.map(manifestOf), rules)).not.toThrow();
});

test('KR-3: authorization with the schema of identity is refused as a whole, and nothing starts', async () => {
  const kernel = new Kernel({ services: new ServiceContainer() });
  const foreign = createCapabilities().map((capability): SystemCapability => {
    const { manifest } = capability;
    if (manifest.id !== 'authorization.resource') return capability;
    return { ...capability, manifest: { ...manifest, provides: { ...manifest.provides, migrations: { namespace: 'sys_identity' } } } };
  });
  kernel.load(foreign);
  const migrated: string[] = [];
  const refused = await kernel.boot({ migrate: async (namespace) => void migrated.push(namespace) }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PolityError);
  expect(refused).toMatchObject({
    code: 'CAPABILITY_INVALID',
    details: { problems: [{ source: 'authorization.resource', path: ['provides', 'migrations', 'namespace'], message: expect.stringContaining('"sys_identity"') as unknown }] },
  });
  expect([kernel.ready(), migrated]).toEqual([false, []]);
});

describe('KR-4: all five, booted', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  test('KR-4: every capability is ready: for probes and for those who may ask', async () => {
    const readyz = (await (await fetch(`${server.url}/readyz`)).json()) as { status: string; capabilities: object[] };
    expect(readyz).toMatchObject({ status: 'ready', reasons: [], capabilities: ORDER.map((id) => ({ id, state: 'ready', startDurationMs: expect.any(Number) as unknown })) });
    const asked = await server.admin.data('{ capabilities { id state error { code } startDurationMs } }');
    expect(asked).toMatchObject({ capabilities: ORDER.map((id) => ({ id, state: 'READY', error: null })) });
    expect((await server.anonymous.send('{ capabilities { id } }')).data).toEqual({ capabilities: null });
  });

  test('KR-4: every declared service is provided by its capability, and can be fetched', () => {
    const { container } = server.server.platform;
    const owners = new Map(container.list().map(({ id, owner }) => [id, owner]));
    for (const id of ORDER) {
      const declared = manifestOf(id).provides.services.map(({ name }) => name);
      expect(declared.map((name) => [name, owners.get(name)])).toEqual(declared.map((name) => [name, id]));
      expect(declared.length).toBeGreaterThan(0);
    }
    expect(typeof container.get(authorizationDecisionsRef).check).toBe('function');
  });

  test('KR-4: nobody adds, replaces or stops anything after boot', async () => {
    const { container, kernel } = server.server.platform;
    const ref = createServiceRef<object>({ id: 'authorization.answers', scope: 'process' });
    expect(() => container.provide('authorization.resource', ref, () => ({}))).toThrow(expect.objectContaining({ code: 'CAPABILITY_PROTECTED' }));
    expect(() => container.get(ref)).toThrow(/not the reference/);
    expect(() => kernel.load(createCapabilities())).toThrow(expect.objectContaining({ code: 'CAPABILITY_PROTECTED' }));
    await expect(kernel.boot()).rejects.toMatchObject({ code: 'CAPABILITY_PROTECTED' });
    for (const registry of [kernel.registries.permissions, kernel.registries.auditEventTypes]) {
      expect(() => registry.register('somebody', 'authz:check' as never, {} as never)).toThrow(expect.objectContaining({ code: 'CAPABILITY_PROTECTED' }));
    }
  });
});
