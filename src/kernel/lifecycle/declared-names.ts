import { PolityError } from '../errors/index.js';
import type { CapabilityManifest } from '../manifest/index.js';

/** What the messages call the things that a manifest declares and `register` must bring. */
export type DeclaredSubject =
  | 'service'
  | 'permission'
  | 'audit event type'
  | 'published event type'
  | 'subscription'
  | 'policy'
  | 'route'
  | 'GraphQL contribution';

/** Ticks off what a manifest declares against what `register` brings: neither may exceed the other. */
export class DeclaredNames {
  readonly #capabilityId: string;
  /** Subject -> declared name -> whether it has been registered. */
  readonly #names: ReadonlyMap<DeclaredSubject, Map<string, boolean>>;

  constructor({ id, provides }: CapabilityManifest) {
    const { graphql, events } = provides;
    const hasSchema = Object.values(graphql).some((names) => names.length > 0);
    const declared: readonly (readonly [DeclaredSubject, readonly string[]])[] = [
      ['service', provides.services.map(({ name }) => name)],
      ['permission', provides.permissions.map(({ key }) => key)],
      ['audit event type', provides.auditEventTypes.map(({ key }) => key)],
      ['published event type', events.publishes],
      ['subscription', events.subscribes],
      ['policy', provides.policies.map(({ name }) => name)],
      ['route', provides.routes.map(({ method, path }) => `${method} ${path}`)],
      ['GraphQL contribution', hasSchema ? [id] : []],
    ];
    this.#capabilityId = id;
    this.#names = new Map(declared.map(([subject, names]) => [subject, new Map(names.map((name) => [name, false]))]));
  }

  /**
   * Ticks one name off.
   *
   * @throws PolityError `CAPABILITY_INVALID` when it is not declared or was ticked off before
   */
  take(subject: DeclaredSubject, name: string): void {
    const names = this.#names.get(subject);
    const taken = names?.get(name);
    if (taken !== false) {
      const fault = taken ? 'registers twice' : 'registers without declaring it';
      throw new PolityError('CAPABILITY_INVALID', `"${this.#capabilityId}" ${fault}: ${subject} "${name}".`);
    }
    names?.set(name, true);
  }

  /**
   * @throws PolityError `CAPABILITY_INVALID` naming all that is declared and was not registered
   */
  assertAllTaken(): void {
    const missing = [...this.#names].flatMap(([subject, names]) =>
      [...names].filter(([, taken]) => !taken).map(([name]) => `${subject} "${name}"`),
    );
    if (missing.length === 0) return;
    throw new PolityError('CAPABILITY_INVALID', `"${this.#capabilityId}" declares and does not register: ${missing.join(', ')}.`, {
      details: { missing },
    });
  }
}
