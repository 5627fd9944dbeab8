import type { CapabilityManifestInput } from '../../manifest/index.js';
import { createServiceRef, type ServiceRef } from '../../services/index.js';
import type { CapabilityRegistration } from '../capability-registration.js';
import type { SystemCapability } from '../system-capability.js';

/** What every service of a fake capability is. */
export interface FakeService {
  readonly name: string;
}

/** A capability for tests that registers exactly what its manifest declares. */
export interface FakeCapability extends SystemCapability {
  /** References of its services, by name. */
  readonly refs: ReadonlyMap<string, ServiceRef<FakeService>>;
}

/** Registers everything that a manifest declares, with stand-ins for what implements it. */
export function registerDeclared(
  { provides }: CapabilityManifestInput,
  refs: FakeCapability['refs'],
  registration: CapabilityRegistration,
): void {
  for (const [name, ref] of refs) registration.provide(ref, () => ({ name }));
  for (const { key } of provides.permissions ?? []) registration.permission(key);
  for (const { key } of provides.auditEventTypes ?? []) registration.auditEventType(key);
  for (const eventType of provides.events?.publishes ?? []) registration.publishes(eventType);
  for (const eventType of provides.events?.subscribes ?? []) registration.subscribe(eventType, () => undefined);
  for (const { name } of provides.policies ?? []) registration.policy(name, 'true');
  for (const { method, path } of provides.routes ?? []) registration.route(method, path, () => undefined);
  if (Object.values(provides.graphql ?? {}).some((names) => names.length > 0)) registration.graphql([]);
}

/** Makes a fake from a manifest; `hooks` replace its own. */
export function fakeCapability(
  manifest: CapabilityManifestInput,
  hooks: Partial<Omit<SystemCapability, 'manifest'>> = {},
): FakeCapability {
  const refs = new Map(
    (manifest.provides.services ?? []).map(({ name }) => [name, createServiceRef<FakeService>({ id: name, scope: 'process' })]),
  );
  return { manifest, refs, register: (registration) => registerDeclared(manifest, refs, registration), ...hooks };
}
