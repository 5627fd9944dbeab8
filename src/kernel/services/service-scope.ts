import type { ServiceRef } from './service-ref.js';

/** Where services are asked for. */
export interface ServiceScope {
  /**
   * The instance behind the reference, made on first use.
   *
   * @throws PolityError `INTERNAL_ERROR` when nobody provides it, when it is made in a cycle, or when a request service is asked
   * for outside a request
   */
  get<T>(ref: ServiceRef<T>): T;
}

/**
 * Makes an instance. It runs at most once per lifetime, synchronously, and again only if it threw; it may ask `scope` for what it
 * needs.
 */
export type ServiceFactory<T> = (scope: ServiceScope) => T;
