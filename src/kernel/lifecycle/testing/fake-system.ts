import { officialManifestInputs } from '../../manifest/testing/fixture-manifests.js';
import { ServiceContainer } from '../../services/index.js';
import { Kernel, type KernelOptions } from '../kernel.js';
import type { LifecycleEvent } from '../lifecycle-event.js';
import type { SystemCapability } from '../system-capability.js';
import { fakeCapability, type FakeCapability } from './fake-capability.js';

type Hooks = Partial<Omit<SystemCapability, 'manifest'>>;

/** A kernel with the five official capabilities as fakes, and what happened to it. */
export interface FakeSystem {
  readonly kernel: Kernel;
  readonly services: ServiceContainer;
  readonly capabilities: ReadonlyMap<string, FakeCapability>;
  /** Hooks and migrations in the order they ran, such as `start audit.explainable`. */
  readonly calls: string[];
  readonly events: LifecycleEvent[];
  readonly migrate: (namespace: string) => Promise<void>;
  /** State by capability id, in the order of the kernel's status. */
  readonly states: () => Readonly<Record<string, string>>;
}

/** Builds and loads it; `hooks` run after the call is noted. */
export function fakeSystem(hooks: Readonly<Record<string, Hooks>> = {}, options: Partial<KernelOptions> = {}): FakeSystem {
  const calls: string[] = [];
  const events: LifecycleEvent[] = [];
  const services = new ServiceContainer();
  const kernel = new Kernel({ services, publish: (event) => void events.push(event), ...options });
  const fakes = officialManifestInputs().map((manifest) => {
    const { register, health, ...own } = hooks[manifest.id] ?? {};
    return fakeCapability(manifest, {
      ...(register && { register }),
      ...(health && { health }),
      start: async (scope) => {
        calls.push(`start ${manifest.id}`);
        await own.start?.(scope);
      },
      stop: async () => {
        calls.push(`stop ${manifest.id}`);
        await own.stop?.();
      },
    });
  });
  kernel.load(fakes);
  return {
    kernel,
    services,
    capabilities: new Map(fakes.map((fake) => [fake.manifest.id, fake])),
    calls,
    events,
    migrate: async (namespace) => void calls.push(`migrate ${namespace}`),
    states: () => Object.fromEntries(kernel.status().map(({ id, state }) => [id, state])),
  };
}
