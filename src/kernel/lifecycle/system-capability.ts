import type { CapabilityManifestInput } from '../manifest/index.js';
import type { ServiceScope } from '../services/index.js';
import type { CapabilityRegistration } from './capability-registration.js';

/** What a capability says of itself when asked. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded';
  /** One sentence for operators; no secret. */
  readonly detail?: string;
}

/** One building block of the system: what it declares, and the hooks by which the kernel brings it up and down. */
export interface SystemCapability {
  readonly manifest: CapabilityManifestInput;

  /** Registers exactly what the manifest declares. Synchronous, without I/O, called once. */
  register(registration: CapabilityRegistration): void;

  /**
   * Takes up work, after every required capability has. It gets all or nothing: a rejection must leave nothing behind, because
   * `start` is then called again on a retry and `stop` is not called. It bounds its own waiting: the kernel does nothing else
   * meanwhile, not even stop.
   */
  start?(services: ServiceScope): Promise<void>;

  /** Gives back what `start` took; before any required capability does. */
  stop?(): Promise<void>;

  /** Called right after `start` and then from time to time. A rejection or no answer in time counts as degraded. */
  health?(): Promise<HealthReport>;
}
