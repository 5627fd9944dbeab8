import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../../../test/support/database.js';
import { takeRegistration } from '../../kernel/lifecycle/take-registration.js';
import { parseManifest } from '../../kernel/manifest/index.js';
import { KernelRegistries } from '../../kernel/registries/index.js';
import { ServiceContainer } from '../../kernel/services/index.js';
import { eventRegistryOf } from '../shared/contracts/index.js';
import { createAuditCapability } from './index.js';
import { logEngineRef } from './services/streams/log-engine.js';
import { logStreamsRef } from './services/streams/stream-service.js';
import { everywhere, openAuditWorld, person, thing } from './testing/audit-world.js';

test('the capability registers exactly what it declares', () => {
  const capability = createAuditCapability();
  const targets = { services: new ServiceContainer(), registries: new KernelRegistries() };
  takeRegistration(parseManifest(capability.manifest, 'audit'), (registration) => capability.register(registration), targets);
  expect(targets.services.owner('audit.log')).toBe('audit.explainable');
  const registry = eventRegistryOf(targets.registries);
  expect(registry.auditEventType('audit.read')).toMatchObject({ owner: 'audit.explainable', risk: 'LOW' });
  expect(registry.auditEventType('audit.invented')).toBeUndefined();
  expect(registry.auditEventTypes().map(({ key }) => key)).toEqual(['access.denied', 'audit.read']);
});

test('what one node commits is ordered by any node and followed on all', async () => {
  const store = await createTestDatabase();
  const [one, two] = [await openAuditWorld(store.appUrl), await openAuditWorld(store.appUrl)];
  // Keys wrapped by two master keys would not open; this is about the order only.
  const streams = await Promise.all([one, two].map((world) => world.get(logStreamsRef).auditEvents(world.as(person('r', everywhere())), { types: ['thing.changed'] })));
  const ids = [await one.change({}), await two.change({}), await one.change({})];
  await one.get(logEngineRef).stop();
  ids.push((await one.log.recordNow(one.as(), [thing()]))[0]!);
  for (const stream of streams.slice(1)) {
    const seen: string[] = [];
    while (seen.length < 4) {
      const { value } = await stream.next();
      if ('event' in value) seen.push(value.event.id);
    }
    expect(seen).toEqual(ids);
  }
  for (const stream of streams) await stream.return();
  await one.close();
  await two.close();
  await store.drop();
});

test('health says when events wait too long', async () => {
  const store = await createTestDatabase();
  const world = await openAuditWorld(store.appUrl);
  await world.get(logEngineRef).stop();
  const capability = createAuditCapability();
  expect(await capability.health?.()).toEqual({ status: 'ok' });
  await capability.start?.({ get: (ref) => world.get(ref) });
  expect(await capability.health?.()).toEqual({ status: 'ok' });
  await store.drop();
  await sleep(300);
  const engine = world.get(logEngineRef);
  expect(engine.lagMs).toBeGreaterThan(0);
  Object.defineProperty(engine, 'lagMs', { get: () => 9_000 });
  expect(await capability.health?.()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('9 s') });
  await capability.stop?.();
  await world.close();
});
