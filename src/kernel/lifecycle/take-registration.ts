import { invariant, PolityError } from '../errors/index.js';
import type { CapabilityManifest } from '../manifest/index.js';
import type { KernelRegistries, OwnedRegistry, RootFieldKey, RouteKey } from '../registries/index.js';
import type { ServiceContainer } from '../services/index.js';
import type { CapabilityRegistration } from './capability-registration.js';
import { DeclaredNames } from './declared-names.js';

/** Where the names of capabilities go. */
export interface RegistrationTargets {
  readonly services: ServiceContainer;
  readonly registries: KernelRegistries;
}

/**
 * Runs `register` of one capability and puts what it brings into force, all of it or nothing.
 *
 * @throws PolityError as {@link CapabilityRegistration} says, and whatever `register` throws
 */
export function takeRegistration(
  manifest: CapabilityManifest,
  register: (registration: CapabilityRegistration) => unknown,
  { services, registries }: RegistrationTargets,
): void {
  const owner = manifest.id;
  const declared = new DeclaredNames(manifest);
  const commits: (() => void)[] = [];
  let open = true;

  const claim = <K extends string, V>(registry: OwnedRegistry<K, V>, key: K, value: V): void => {
    registry.assertFree(owner, key);
    commits.push(() => registry.register(owner, key, value));
  };
  const whileOpen =
    <Input extends readonly unknown[]>(take: (...input: Input) => void) =>
    (...input: Input): void => {
      if (!open) throw new PolityError('CAPABILITY_PROTECTED', `The registration of "${owner}" is over.`);
      take(...input);
    };
  const entryOf = <Entry>(entries: readonly Entry[], matches: (entry: Entry) => boolean): Entry => {
    const entry = entries.find(matches);
    invariant(entry !== undefined, 'A declared name has its declaration.');
    return entry;
  };
  const { graphql, permissions, policies, auditEventTypes } = manifest.provides;

  const registration: CapabilityRegistration = Object.freeze<CapabilityRegistration>({
    provide: whileOpen((ref, factory) => {
      declared.take('service', ref.id);
      services.assertFree(owner, ref);
      commits.push(() => services.provide(owner, ref, factory));
    }) as CapabilityRegistration['provide'],
    permission: whileOpen((key) => {
      declared.take('permission', key);
      claim(registries.permissions, key, entryOf(permissions, (entry) => entry.key === key));
    }),
    auditEventType: whileOpen((key) => {
      declared.take('audit event type', key);
      claim(registries.auditEventTypes, key, entryOf(auditEventTypes, (entry) => entry.key === key));
    }),
    publishes: whileOpen((eventType) => {
      declared.take('published event type', eventType);
      claim(registries.eventTypes, eventType, eventType);
    }),
    subscribe: whileOpen((eventType, handler) => {
      declared.take('subscription', eventType);
      commits.push(() => registries.subscriptions.register(owner, eventType, handler));
    }),
    policy: whileOpen((name, expression) => {
      declared.take('policy', name);
      if (expression.trim() === '') throw new PolityError('CAPABILITY_INVALID', `The policy "${name}" of "${owner}" is empty.`);
      const { description } = entryOf(policies, (entry) => entry.name === name);
      claim(registries.policies, name, Object.freeze({ name, description, expression }));
    }),
    route: whileOpen((method, path, handler) => {
      const key: RouteKey = `${method} ${path}`;
      declared.take('route', key);
      claim(registries.routes, key, Object.freeze({ method, path, handler }));
    }),
    graphql: whileOpen((contributions) => {
      declared.take('GraphQL contribution', owner);
      const fields: readonly RootFieldKey[] = [
        ...graphql.queries.map((name) => `Query.${name}` as const),
        ...graphql.mutations.map((name) => `Mutation.${name}` as const),
        ...graphql.subscriptions.map((name) => `Subscription.${name}` as const),
      ];
      for (const field of fields) claim(registries.rootFields, field, field);
      for (const name of graphql.types) claim(registries.graphqlTypes, name, name);
      claim(registries.schemaContributions, owner, Object.freeze([...contributions]));
    }),
  });

  try {
    const returned = register(registration);
    if (returned instanceof Promise) {
      returned.catch(() => undefined);
      throw new PolityError('CAPABILITY_INVALID', `"register" of "${owner}" must be synchronous.`);
    }
    declared.assertAllTaken();
  } finally {
    open = false;
  }
  for (const commit of commits) commit();
}
