import type { ServiceRef } from './service-ref.js';

/** An instance that comes with the request itself, such as its caller. */
export type ServiceValue = readonly [ref: ServiceRef<unknown>, value: unknown];

/** Pairs a request service with the instance that one request brings. */
export function serviceValue<T>(ref: ServiceRef<T>, value: NoInfer<T>): ServiceValue {
  return [ref, value];
}
