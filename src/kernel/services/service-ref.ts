import { invariant } from '../errors/index.js';
import { DOTTED_KEY } from '../manifest/index.js';

declare const serviceType: unique symbol;

/** How long an instance lives: as long as the process, or as long as one request. */
export type ServiceLifetime = 'process' | 'request';

/**
 * The name of a contract and the only way to its implementation. The reference itself is the key, not its id: who makes another
 * one with the same id has another, unknown reference.
 */
export interface ServiceRef<T> {
  readonly id: string;
  readonly scope: ServiceLifetime;
  /** Carries the type; never present at run time. */
  readonly [serviceType]?: T;
}

/**
 * Makes the reference of a service contract; one per contract, beside the interface.
 *
 * @param options - `id` in dotted lower case, as in `provides.services` of the owner's manifest
 */
export function createServiceRef<T>(options: { readonly id: string; readonly scope: ServiceLifetime }): ServiceRef<T> {
  invariant(DOTTED_KEY.test(options.id), `The service id "${options.id}" is not dotted lower case.`);
  return Object.freeze({ id: options.id, scope: options.scope });
}
