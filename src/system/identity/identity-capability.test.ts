import { takeRegistration } from '../../kernel/lifecycle/take-registration.js';
import { parseManifest } from '../../kernel/manifest/index.js';
import { KernelRegistries } from '../../kernel/registries/index.js';
import { ServiceContainer } from '../../kernel/services/index.js';
import { createIdentityCapability } from './index.js';

describe('the capability of identity', () => {
  test('registers exactly what its manifest declares', () => {
    const capability = createIdentityCapability();
    const manifest = parseManifest(capability.manifest, 'identity');
    const services = new ServiceContainer();
    const registries = new KernelRegistries();
    takeRegistration(manifest, (registration) => capability.register(registration), { services, registries });
    expect(services.list().map(({ id }) => id).toSorted()).toEqual(manifest.provides.services.map(({ name }) => name).toSorted());
    for (const key of ['users:manage', 'spaces:manage', 'groups:manage', 'members:manage', 'user_members:manage', 'facts:import', 'facts:export']) {
      expect(registries.permissions.owner(key)).toBe('identity.business');
    }
    expect(registries.auditEventTypes.get('space.deleted')?.risk).toBe('CRITICAL');
    expect(registries.eventTypes.owner('identity.space_deleted')).toBe('identity.business');
  });
});
