import type { ServiceRef } from './service-ref.js';
import type { ServiceScope } from './service-scope.js';

/** Instances by reference. */
export type Instances = Map<ServiceRef<unknown>, unknown>;

/** Makes what a scope does not hold yet and keeps it where its lifetime says: with the process, or in `own`. */
export type CreateService = (ref: ServiceRef<unknown>, own: Instances, scope: ServiceScope) => unknown;

/** One request's view: the shared process instances and its own. Made by {@link ServiceContainer.requestScope}. */
export class RequestScope implements ServiceScope {
  readonly #process: Instances;
  readonly #own: Instances;
  readonly #create: CreateService;

  constructor(process: Instances, own: Instances, create: CreateService) {
    this.#process = process;
    this.#own = own;
    this.#create = create;
    Object.freeze(this);
  }

  get<T>(ref: ServiceRef<T>): T {
    const instance = (ref.scope === 'process' ? this.#process : this.#own).get(ref);
    return (instance === undefined ? this.#create(ref, this.#own, this) : instance) as T;
  }
}
