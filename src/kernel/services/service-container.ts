import { invariant, PolityError } from '../errors/index.js';
import { RequestScope, type CreateService, type Instances } from './request-scope.js';
import type { ServiceRef } from './service-ref.js';
import type { ServiceFactory, ServiceScope } from './service-scope.js';
import type { ServiceValue } from './service-value.js';

interface Provider {
  readonly owner: string;
  readonly ref: ServiceRef<unknown>;
  readonly factory: ServiceFactory<unknown>;
}

/** Who provides which service, for status pages. */
export interface ProvidedService {
  readonly id: string;
  readonly scope: ServiceRef<unknown>['scope'];
  readonly owner: string;
}

/**
 * The scoped container. Before {@link seal} owners provide factories; after it nothing is provided, replaced or removed. Instances
 * are made lazily: process services once, request services once per request scope.
 */
export class ServiceContainer implements ServiceScope {
  /** What process services and capabilities get: `get` and nothing else. */
  readonly process: ServiceScope;

  readonly #providers = new Map<ServiceRef<unknown>, Provider>();
  readonly #byId = new Map<string, Provider>();
  readonly #instances: Instances = new Map();
  /** References whose factories are running now, outermost first: factories are synchronous, so one stack serves all scopes. */
  readonly #creating: ServiceRef<unknown>[] = [];
  readonly #createFor: CreateService = (ref, own, scope) => this.#create(ref, own, scope);
  #sealed = false;

  constructor() {
    this.process = Object.freeze({ get: <T>(ref: ServiceRef<T>) => this.get(ref) });
  }

  /**
   * Registers the factory of a service under its owner.
   *
   * @throws PolityError `CAPABILITY_CONFLICT` naming both owners when the id is taken; `CAPABILITY_PROTECTED` after {@link seal}
   */
  provide<T>(owner: string, ref: ServiceRef<T>, factory: ServiceFactory<NoInfer<T>>): void {
    this.assertFree(owner, ref);
    const provider: Provider = { owner, ref, factory };
    this.#providers.set(ref, provider);
    this.#byId.set(ref.id, provider);
  }

  /** Throws what {@link provide} would throw, and changes nothing. */
  assertFree(owner: string, ref: ServiceRef<unknown>): void {
    if (this.#sealed) throw new PolityError('CAPABILITY_PROTECTED', `"${owner}" cannot provide "${ref.id}": services are sealed.`);
    const holder = this.#byId.get(ref.id);
    if (!holder) return;
    throw new PolityError('CAPABILITY_CONFLICT', `"${owner}" cannot provide "${ref.id}": "${holder.owner}" provides it.`, {
      details: { service: ref.id, owner: holder.owner, claimant: owner },
    });
  }

  /** Ends the time of providing, for good. */
  seal(): void {
    this.#sealed = true;
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  /** A process service. Request services are had from {@link requestScope}. */
  get<T>(ref: ServiceRef<T>): T {
    const instance = this.#instances.get(ref);
    return (instance === undefined ? this.#create(ref, undefined, this.process) : instance) as T;
  }

  /**
   * Opens the scope of one request.
   *
   * @param values - instances that come with the request; only for request services that nobody provides
   */
  requestScope(values: Iterable<ServiceValue> = []): ServiceScope {
    const own: Instances = new Map();
    for (const [ref, value] of values) {
      invariant(ref.scope === 'request', `"${ref.id}" lives as long as the process and cannot come with a request.`);
      const holder = this.#byId.get(ref.id);
      if (holder) throw new PolityError('CAPABILITY_PROTECTED', `A request cannot replace "${ref.id}" of "${holder.owner}".`);
      own.set(ref, value);
    }
    return new RequestScope(this.#instances, own, this.#createFor);
  }

  /** Every provided service with its owner, in the order of providing. */
  list(): readonly ProvidedService[] {
    return [...this.#providers.values()].map(({ owner, ref }) => ({ id: ref.id, scope: ref.scope, owner }));
  }

  /** Owner of the service with this id. */
  owner(id: string): string | undefined {
    return this.#byId.get(id)?.owner;
  }

  #create(ref: ServiceRef<unknown>, own: Instances | undefined, scope: ServiceScope): unknown {
    const provider = this.#providers.get(ref) ?? this.#refuseUnknown(ref);
    const asker = this.#creating.at(-1);
    invariant(
      ref.scope === 'process' || own,
      asker?.scope === 'process'
        ? `The process service "${asker.id}" asks for the request service "${ref.id}", which it would outlive.`
        : `The request service "${ref.id}" was asked for outside a request.`,
    );
    invariant(!this.#creating.includes(ref), `Services need each other to be made: ${this.#chain(ref)}.`);

    this.#creating.push(ref);
    try {
      const isProcess = ref.scope === 'process';
      const instance = provider.factory(isProcess ? this.process : scope);
      invariant(instance !== undefined, `The factory of "${ref.id}" (owner "${provider.owner}") returned undefined.`);
      (isProcess ? this.#instances : (own as Instances)).set(ref, instance);
      return instance;
    } finally {
      this.#creating.pop();
    }
  }

  #chain(ref: ServiceRef<unknown>): string {
    const start = this.#creating.indexOf(ref);
    return [...this.#creating.slice(start), ref].map(({ id }) => id).join(' -> ');
  }

  #refuseUnknown(ref: ServiceRef<unknown>): never {
    const namesake = this.#byId.get(ref.id);
    throw new PolityError(
      'INTERNAL_ERROR',
      namesake
        ? `This is not the reference "${ref.id}" that "${namesake.owner}" provides but another one with the same id.`
        : `Nobody provides the service "${ref.id}".`,
    );
  }
}
