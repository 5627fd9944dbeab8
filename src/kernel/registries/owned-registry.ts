import { PolityError } from '../errors/index.js';

/** One entry of an {@link OwnedRegistry}. */
export interface OwnedEntry<K, V> {
  readonly owner: string;
  readonly key: K;
  readonly value: V;
}

/** Names with one owner each. Entries are only ever added, and none after {@link seal}. */
export class OwnedRegistry<K extends string, V> {
  readonly #subject: string;
  readonly #identityOf: (key: K) => string;
  readonly #entries = new Map<string, OwnedEntry<K, V>>();
  #sealed = false;

  /**
   * @param subject - what the messages call an entry, such as `permission`
   * @param identityOf - maps keys that mean the same to the same string
   */
  constructor(subject: string, identityOf: (key: K) => string = (key) => key) {
    this.#subject = subject;
    this.#identityOf = identityOf;
  }

  /**
   * Claims a key.
   *
   * @throws PolityError `CAPABILITY_CONFLICT` naming both owners when the key is taken; `CAPABILITY_PROTECTED` after {@link seal}
   */
  register(owner: string, key: K, value: V): void {
    this.assertFree(owner, key);
    this.#entries.set(this.#identityOf(key), Object.freeze({ owner, key, value }));
  }

  /** Throws what {@link register} would throw, and changes nothing. */
  assertFree(owner: string, key: K): void {
    if (this.#sealed) {
      throw new PolityError('CAPABILITY_PROTECTED', `"${owner}" cannot claim the ${this.#subject} "${key}": the registry is sealed.`);
    }
    const holder = this.#entries.get(this.#identityOf(key));
    if (!holder) return;
    throw new PolityError(
      'CAPABILITY_CONFLICT',
      `"${owner}" cannot claim the ${this.#subject} "${key}": "${holder.owner}" holds "${holder.key}".`,
      { details: { key, owner: holder.owner, claimant: owner } },
    );
  }

  /** Ends the time of registering, for good. */
  seal(): void {
    this.#sealed = true;
  }

  get(key: K): V | undefined {
    return this.#entries.get(this.#identityOf(key))?.value;
  }

  owner(key: K): string | undefined {
    return this.#entries.get(this.#identityOf(key))?.owner;
  }

  /** Every entry, in the order of registering. */
  list(): readonly OwnedEntry<K, V>[] {
    return [...this.#entries.values()];
  }
}
