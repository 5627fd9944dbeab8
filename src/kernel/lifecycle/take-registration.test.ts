import { manifestInput } from '../manifest/testing/fixture-manifests.js';
import { parseManifest, type CapabilityManifestInput } from '../manifest/index.js';
import { KernelRegistries } from '../registries/index.js';
import { createServiceRef, ServiceContainer } from '../services/index.js';
import type { CapabilityRegistration } from './capability-registration.js';
import { takeRegistration } from './take-registration.js';
import { fakeCapability } from './testing/fake-capability.js';

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const EVERYTHING: CapabilityManifestInput['provides'] = {
  services: [{ name: 'audit.service' }],
  graphql: { queries: ['auditEvents'], mutations: ['sealLog'], subscriptions: ['auditEvents'], types: ['AuditEvent'] },
  routes: [{ method: 'GET', path: '/audit/{eventId}' }],
  events: { publishes: ['audit.event_recorded'], subscribes: ['user.deleted'] },
  permissions: [{ key: 'audit:read', description: 'Read the log.' }],
  policies: [{ name: 'own_events', description: 'Only one’s own events.' }],
  auditEventTypes: [{ key: 'audit.read', description: 'Somebody read the log.', risk: 'NORMAL' }],
};

describe('takeRegistration', () => {
  let targets: { services: ServiceContainer; registries: KernelRegistries };
  beforeEach(() => {
    targets = { services: new ServiceContainer(), registries: new KernelRegistries() };
  });

  const take = (
    provides: CapabilityManifestInput['provides'],
    register?: (registration: CapabilityRegistration) => unknown,
    id = 'audit.explainable',
  ): void => {
    const input = manifestInput({ id, provides });
    takeRegistration(parseManifest(input, id), register ?? ((registration) => fakeCapability(input).register(registration)), targets);
  };

  const names = () => [
    ...targets.services.list(),
    ...Object.values(targets.registries).flatMap((registry) => [...registry.list()] as unknown[]),
  ];

  test('puts everything declared into force under the capability', () => {
    const handler = () => undefined;
    class AuditResolver {}
    const service = createServiceRef<string>({ id: 'audit.service', scope: 'process' });
    take(EVERYTHING, (registration) => {
      registration.provide(service, () => 'the log');
      registration.permission('audit:read');
      registration.auditEventType('audit.read');
      registration.publishes('audit.event_recorded');
      registration.subscribe('user.deleted', handler);
      registration.policy('own_events', 'caller.id == request.actorId');
      registration.route('GET', '/audit/{eventId}', handler);
      registration.graphql([AuditResolver]);
    });
    const { services, registries } = targets;
    const owner = 'audit.explainable';
    expect(services.get(service)).toBe('the log');
    expect(services.owner('audit.service')).toBe(owner);
    expect(registries.permissions.list()).toEqual([{ owner, key: 'audit:read', value: EVERYTHING.permissions?.[0] }]);
    expect(registries.auditEventTypes.get('audit.read')?.risk).toBe('NORMAL');
    expect(registries.eventTypes.owner('audit.event_recorded')).toBe(owner);
    expect(registries.subscriptions.to('user.deleted')).toEqual([{ owner, eventType: 'user.deleted', handler }]);
    expect(registries.policies.get('own_events')).toEqual({
      name: 'own_events',
      description: 'Only one’s own events.',
      expression: 'caller.id == request.actorId',
    });
    expect(registries.routes.get('GET /audit/{eventId}')?.handler).toBe(handler);
    expect(registries.rootFields.list().map(({ key }) => key)).toEqual([
      'Query.auditEvents',
      'Mutation.sealLog',
      'Subscription.auditEvents',
    ]);
    expect(registries.graphqlTypes.owner('AuditEvent')).toBe(owner);
    expect(registries.schemaContributions.get(owner)).toEqual([AuditResolver]);
  });

  test.each<[string, (registration: CapabilityRegistration) => void]>([
    ['service "audit.service"', (r) => r.provide(createServiceRef({ id: 'audit.service', scope: 'process' }), () => 1)],
    ['permission "audit:read"', (r) => r.permission('audit:read')],
    ['audit event type "audit.read"', (r) => r.auditEventType('audit.read')],
    ['published event type "audit.event_recorded"', (r) => r.publishes('audit.event_recorded')],
    ['subscription "user.deleted"', (r) => r.subscribe('user.deleted', () => undefined)],
    ['policy "own_events"', (r) => r.policy('own_events', 'true')],
    ['route "GET /audit/{eventId}"', (r) => r.route('GET', '/audit/{eventId}', () => undefined)],
    ['GraphQL contribution "audit.explainable"', (r) => r.graphql([])],
  ])('refuses an undeclared %s, and the second time of a declared one', (name, register) => {
    expect(() => take({}, register)).toThrow(
      expect.objectContaining({ code: 'CAPABILITY_INVALID', message: `"audit.explainable" registers without declaring it: ${name}.` }),
    );
    const twice = (registration: CapabilityRegistration) => {
      register(registration);
      register(registration);
    };
    expect(() => take(EVERYTHING, twice)).toThrow(
      expect.objectContaining({ code: 'CAPABILITY_INVALID', message: `"audit.explainable" registers twice: ${name}.` }),
    );
    expect(names()).toEqual([]);
  });

  test('refuses what is declared and not registered, naming all of it', () => {
    expect(() => take(EVERYTHING, (registration) => registration.permission('audit:read'))).toThrow(
      expect.objectContaining({
        code: 'CAPABILITY_INVALID',
        details: {
          missing: [
            'service "audit.service"',
            'audit event type "audit.read"',
            'published event type "audit.event_recorded"',
            'subscription "user.deleted"',
            'policy "own_events"',
            'route "GET /audit/{eventId}"',
            'GraphQL contribution "audit.explainable"',
          ],
        },
      }),
    );
    expect(names()).toEqual([]);
  });

  test.each<[string, CapabilityManifestInput['provides']]>([
    ['service', { services: [{ name: 'audit.service' }] }],
    ['permission', { permissions: [{ key: 'audit:read', description: 'x' }] }],
    ['audit event type', { auditEventTypes: [{ key: 'audit.read', description: 'x', risk: 'LOW' }] }],
    ['event type', { events: { publishes: ['audit.event_recorded'] } }],
    ['policy', { policies: [{ name: 'own_events', description: 'x' }] }],
    ['route', { routes: [{ method: 'GET', path: '/audit/{other}' }] }],
    ['GraphQL root field', { graphql: { subscriptions: ['auditEvents'] } }],
    ['GraphQL type', { graphql: { types: ['AuditEvent'] } }],
  ])('refuses a %s that another capability holds, and keeps nothing of the second one', (_subject, provides) => {
    take(EVERYTHING);
    const before = names();
    const second = { ...provides, permissions: [...(provides.permissions ?? []), { key: 'admin:own', description: 'x' }] };
    expect(() => take(second, undefined, 'admin.control_plane')).toThrow(
      failure('CAPABILITY_CONFLICT', /"admin\.control_plane" cannot .*"audit\.explainable"/),
    );
    expect(names()).toEqual(before);
  });

  test('several capabilities may subscribe to one event type', () => {
    take({ events: { subscribes: ['user.deleted'] } });
    take({ events: { subscribes: ['user.deleted'] } }, undefined, 'admin.control_plane');
    expect(targets.registries.subscriptions.to('user.deleted')).toHaveLength(2);
  });

  test('refuses an empty policy expression', () => {
    const provides = { policies: [{ name: 'own_events', description: 'x' }] };
    expect(() => take(provides, (registration) => registration.policy('own_events', '  '))).toThrow(
      failure('CAPABILITY_INVALID', /policy "own_events" .*is empty/),
    );
  });

  test('refuses an asynchronous register, whether or not it rejects', async () => {
    for (const register of [async () => undefined, async () => Promise.reject(new Error('late'))]) {
      expect(() => take({}, register)).toThrow(failure('CAPABILITY_INVALID', /must be synchronous/));
    }
    await new Promise(setImmediate);
  });

  test('the handle is frozen and dead once register is over, however it ended', () => {
    const kept: CapabilityRegistration[] = [];
    take({}, (registration) => kept.push(registration));
    expect(() =>
      take({}, (registration) => {
        kept.push(registration);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(kept).toHaveLength(2);
    for (const registration of kept) {
      expect(Object.isFrozen(registration)).toBe(true);
      expect(() => registration.permission('audit:read')).toThrow(failure('CAPABILITY_PROTECTED', /"audit\.explainable" is over/));
    }
  });
});
