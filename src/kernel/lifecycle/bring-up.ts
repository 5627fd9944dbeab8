import type { KernelRegistries } from '../registries/index.js';
import type { ServiceContainer } from '../services/index.js';
import { askHealth } from './ask-health.js';
import type { CapabilityDeliveries } from './capability-deliveries.js';
import type { CapabilityRecord } from './capability-record.js';
import { takeRegistration } from './take-registration.js';

/** Runs the migrations of one namespace; must do nothing when they have run. */
export type Migrate = (namespace: string) => Promise<void>;

/** What bringing up works with. */
export interface BringUpTools {
  /** In boot order. */
  readonly records: readonly CapabilityRecord[];
  readonly services: ServiceContainer;
  readonly registries: KernelRegistries;
  readonly migrate: Migrate;
  readonly deliveries: CapabilityDeliveries;
  readonly clock: () => number;
  readonly healthTimeoutMs: number;
  /** True once the kernel is to stop: nothing further is begun. */
  readonly stopping: () => boolean;
}

/**
 * The steps from `validated` to `ready`. Each step takes every capability as far as it can go; one that fails holds back those
 * that require it and nobody else. Boot runs all steps; a retry runs them again for what is not up.
 */
export class BringUp {
  readonly #tools: BringUpTools;
  readonly #byId: ReadonlyMap<string, CapabilityRecord>;

  constructor(tools: BringUpTools) {
    this.#tools = tools;
    this.#byId = new Map(tools.records.map((record) => [record.id, record]));
  }

  /** `validated -> migrated`, after the migrations of all that is required. */
  async migrate(): Promise<void> {
    for (const record of this.#unfinished('validated', (required) => required.migrated)) {
      const namespace = record.manifest.provides.migrations?.namespace;
      try {
        if (namespace !== undefined && !record.migrated) await this.#tools.migrate(namespace);
        record.migrated = true;
        record.moveTo('migrated');
      } catch (thrown) {
        record.fail(thrown);
      }
    }
  }

  /**
   * Takes every registration, whether or not the migrations of its capability have run: it needs no database, and only so can the
   * registries be sealed and a failed capability still be retried.
   */
  takeRegistrations(): void {
    for (const record of this.#tools.records) {
      try {
        takeRegistration(record.manifest, record.hooks.register, this.#tools);
        record.registered = true;
      } catch (thrown) {
        record.fail(thrown);
      }
    }
  }

  /** `migrated -> registered -> starting -> ready | degraded`, after all that is required is up. */
  async start(): Promise<void> {
    for (const record of this.#tools.records) if (record.state === 'migrated') record.moveTo('registered');
    for (const record of this.#unfinished('registered', (required) => required.up)) await this.#startOne(record);
  }

  async #startOne(record: CapabilityRecord): Promise<void> {
    const { clock, services, deliveries, healthTimeoutMs } = this.#tools;
    record.moveTo('starting');
    const begin = clock();
    try {
      await deliveries.prepare(record.id);
      await record.hooks.start?.(services.process);
    } catch (thrown) {
      await deliveries.end(record.id);
      return record.fail(thrown);
    } finally {
      record.startDurationMs = Math.max(0, clock() - begin);
    }
    deliveries.begin(record.id);
    const { status, detail } = await askHealth([record.hooks.health, () => deliveries.health(record.id)], healthTimeoutMs);
    record.moveTo(status === 'ok' ? 'ready' : 'degraded', detail);
  }

  /** Records in `state` whose requirements are met, each looked at when its turn comes; the others are told what they wait for. */
  *#unfinished(state: CapabilityRecord['state'], isMet: (required: CapabilityRecord) => boolean): Iterable<CapabilityRecord> {
    for (const record of this.#tools.records) {
      if (this.#tools.stopping()) return;
      if (record.state !== state) continue;
      const awaited = record.manifest.requires.capabilities.find((id) => {
        const required = this.#byId.get(id);
        return !required || !isMet(required);
      });
      record.explain(awaited === undefined ? undefined : `waits for ${awaited}`);
      if (awaited === undefined) yield record;
    }
  }
}
