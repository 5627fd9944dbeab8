import { PolityError } from '../errors/index.js';
import {
  KERNEL_VERSION,
  manifestError,
  OFFICIAL_CAPABILITIES,
  problemsOf,
  readManifest,
  resolveOrder,
  validateManifests,
} from '../manifest/index.js';
import { KernelRegistries } from '../registries/index.js';
import type { ServiceContainer } from '../services/index.js';
import { askHealth } from './ask-health.js';
import { BringUp, type Migrate } from './bring-up.js';
import { CapabilityDeliveries } from './capability-deliveries.js';
import { CapabilityRecord } from './capability-record.js';
import { failureOf, type CapabilityFailure, type CapabilityStatus } from './capability-status.js';
import type { EventDelivery } from './event-delivery.js';
import { LifecycleAnnouncer, type LifecycleBacklog } from './lifecycle-announcer.js';
import { capabilityEventType, type PublishLifecycleEvent } from './lifecycle-event.js';
import type { SystemCapability } from './system-capability.js';

/** What a kernel is made of. */
export interface KernelOptions {
  readonly services: ServiceContainer;
  /** Milliseconds; default `Date.now`. */
  readonly clock?: () => number;
  readonly publish?: PublishLifecycleEvent;
  /** Delivers events to capabilities that subscribe; asked for when the first of them starts. */
  readonly delivery?: () => EventDelivery;
  /** Capability id -> migration namespace; default {@link OFFICIAL_CAPABILITIES}. */
  readonly officialCapabilities?: ReadonlyMap<string, string>;
  /** How long a health check may take, in milliseconds; default 5000. */
  readonly healthTimeoutMs?: number;
}

/** What {@link Kernel.boot} needs beside the capabilities. */
export interface BootOptions {
  readonly migrate?: Migrate;
}

/** A capability whose `stop` threw. */
export interface StopFailure extends CapabilityFailure {
  readonly capabilityId: string;
}

type Phase = 'loading' | 'booting' | 'running' | 'refused' | 'stopping' | 'stopped';

/**
 * Brings the system capabilities up in dependency order and down in reverse. After boot the set is closed: nothing is added,
 * replaced or stopped but by {@link stop}. A capability that fails leaves the process alive and {@link ready} false.
 *
 * Operations are taken one after the other; {@link status} and {@link ready} answer at any time.
 */
export class Kernel {
  /** What capabilities contributed; sealed by boot. */
  readonly registries = new KernelRegistries();

  readonly #services: ServiceContainer;
  readonly #clock: () => number;
  readonly #announcer: LifecycleAnnouncer;
  readonly #deliveries: CapabilityDeliveries;
  readonly #officialCapabilities: ReadonlyMap<string, string>;
  readonly #healthTimeoutMs: number;
  #records: readonly CapabilityRecord[] = [];
  #bringUp: BringUp | undefined;
  #phase: Phase = 'loading';
  #started = false;
  #tail: Promise<unknown> = Promise.resolve();
  #checking: Promise<readonly CapabilityStatus[]> | undefined;
  #stopped: Promise<readonly StopFailure[]> | undefined;

  constructor(options: KernelOptions) {
    this.#services = options.services;
    this.#clock = options.clock ?? Date.now;
    this.#announcer = new LifecycleAnnouncer(options.publish ?? (() => undefined));
    this.#deliveries = new CapabilityDeliveries(this.registries.subscriptions, options.delivery);
    this.#officialCapabilities = options.officialCapabilities ?? OFFICIAL_CAPABILITIES;
    this.#healthTimeoutMs = options.healthTimeoutMs ?? 5_000;
  }

  /**
   * Takes capabilities in; before boot only.
   *
   * @throws PolityError `CAPABILITY_INVALID` with the problems of every malformed manifest, and then none is taken in;
   * `CAPABILITY_PROTECTED` once boot has begun
   */
  load(capabilities: readonly SystemCapability[]): void {
    this.#assertLoading('nothing can be loaded');
    const readings = capabilities.map((capability, index) => ({
      capability,
      ...readManifest(capability.manifest, String(capability.manifest?.id ?? `capability ${index}`)),
    }));
    const problems = readings.flatMap((reading) => reading.problems ?? []);
    if (problems.length > 0) throw manifestError(problems);
    const records = readings.flatMap(({ manifest, capability }) => (manifest ? [this.#recordOf(manifest, capability)] : []));
    this.#records = [...this.#records, ...records];
  }

  /**
   * Validates the set, runs migrations, registers, seals and starts. Resolves when every capability has come up, failed or waits
   * for one that failed: see {@link status}.
   *
   * @throws PolityError `CAPABILITY_INVALID` when the set cannot be booted at all; `CAPABILITY_PROTECTED` for a second boot
   */
  async boot({ migrate = async () => undefined }: BootOptions = {}): Promise<void> {
    this.#assertLoading('a kernel boots once');
    this.#phase = 'booting';
    await this.#serially(async () => {
      this.#accept();
      const bringUp = new BringUp({
        records: this.#records,
        services: this.#services,
        registries: this.registries,
        migrate,
        deliveries: this.#deliveries,
        clock: this.#clock,
        healthTimeoutMs: this.#healthTimeoutMs,
        stopping: () => this.#phase === 'stopping',
      });
      await bringUp.migrate();
      bringUp.takeRegistrations();
      this.#seal();
      await bringUp.start();
      this.#bringUp = bringUp;
      if (this.#phase === 'booting') this.#phase = 'running';
      this.#announceStarted();
    });
  }

  /**
   * Tries again what failed in its migrations or its start, and what waited for it. A capability whose registration failed stays
   * failed: the registries are sealed. Does nothing before boot is over or once the kernel stops.
   */
  async retryFailed(): Promise<void> {
    await this.#serially(async () => {
      if (this.#phase !== 'running') return;
      for (const record of this.#records) if (record.state === 'failed' && record.registered) record.moveTo('validated', 'retry');
      await this.#bringUp?.migrate();
      await this.#bringUp?.start();
      this.#announceStarted();
      void this.#announcer.flush();
    });
  }

  /** Asks every capability that is up for its health and moves it between `ready` and `degraded`. */
  checkHealth(): Promise<readonly CapabilityStatus[]> {
    this.#checking ??= this.#serially(() => this.#checkAll()).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Stops everything in reverse order. Errors are collected, not thrown; a second call gets the same answer. */
  stop(): Promise<readonly StopFailure[]> {
    if (!this.#stopped) {
      this.#phase = 'stopping';
      this.#stopped = this.#serially(() => this.#stopAll());
    }
    return this.#stopped;
  }

  /** Every capability, in boot order once there is one. */
  status(): readonly CapabilityStatus[] {
    return this.#records.map((record) => record.status());
  }

  /** Whether every capability is up; a degraded one serves and counts as up. False before boot and without capabilities. */
  ready(): boolean {
    return this.#phase === 'running' && this.#records.length > 0 && this.#records.every(({ up }) => up);
  }

  /** Resolves when the sink has taken every lifecycle event, or refuses one. */
  flushEvents(): Promise<void> {
    return this.#announcer.flush();
  }

  /** Lifecycle events that the sink has not taken. */
  eventBacklog(): LifecycleBacklog {
    return this.#announcer.backlog();
  }

  #recordOf(manifest: CapabilityRecord['manifest'], capability: SystemCapability): CapabilityRecord {
    return new CapabilityRecord(manifest, capability, this.#clock, (move) => {
      const type = capabilityEventType(move.to);
      if (type) this.#announcer.announce({ type, ...move });
    });
  }

  /** Validates the set and puts it into boot order, or refuses it as a whole. */
  #accept(): void {
    const manifests = this.#records.map(({ manifest }) => manifest);
    try {
      validateManifests(manifests, { officialCapabilities: this.#officialCapabilities, kernelVersion: KERNEL_VERSION });
    } catch (thrown) {
      this.#refuse(thrown);
      throw thrown;
    }
    const order = resolveOrder(manifests);
    this.#records = this.#records.toSorted((left, right) => order.indexOf(left.manifest) - order.indexOf(right.manifest));
    for (const { id, manifest } of this.#records) {
      const namespace = manifest.provides.migrations?.namespace;
      if (namespace !== undefined) this.registries.migrationNamespaces.register(id, namespace, namespace);
    }
    for (const record of this.#records) record.moveTo('validated');
  }

  #refuse(thrown: unknown): void {
    this.#phase = 'refused';
    this.#seal();
    const culprits = new Set(problemsOf(thrown).map(({ source }) => source));
    for (const record of this.#records) {
      if (culprits.has(record.id)) record.fail(thrown);
      else record.explain('the set of capabilities was refused');
    }
  }

  #seal(): void {
    this.#services.seal();
    this.registries.seal();
  }

  #announceStarted(): void {
    if (this.#started || !this.ready()) return;
    this.#started = true;
    this.#announcer.announce({ type: 'kernel.started', at: this.#clock() });
  }

  async #checkAll(): Promise<readonly CapabilityStatus[]> {
    await Promise.all(
      this.#records
        .filter(({ up }) => up)
        .map(async (record) => {
          const { status, detail } = await askHealth([record.hooks.health, () => this.#deliveries.health(record.id)], this.#healthTimeoutMs);
          const state = status === 'ok' ? 'ready' : 'degraded';
          if (state === record.state) record.explain(detail);
          else record.moveTo(state, detail);
        }),
    );
    void this.#announcer.flush();
    return this.status();
  }

  async #stopAll(): Promise<readonly StopFailure[]> {
    this.#seal();
    const failures: StopFailure[] = [];
    for (const record of this.#records.toReversed()) {
      try {
        if (record.up) {
          await this.#deliveries.end(record.id);
          await record.hooks.stop?.();
        }
        record.moveTo('stopped');
      } catch (thrown) {
        const failure = failureOf(thrown);
        failures.push({ capabilityId: record.id, ...failure });
        record.moveTo('stopped', failure.message, failure);
      }
    }
    this.#phase = 'stopped';
    this.#announcer.announce({ type: 'kernel.stopped', at: this.#clock() });
    await this.#announcer.flush();
    return failures;
  }

  #assertLoading(consequence: string): void {
    if (this.#phase !== 'loading') throw new PolityError('CAPABILITY_PROTECTED', `The kernel is past loading: ${consequence}.`);
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return run;
  }
}
