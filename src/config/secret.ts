import { inspect } from 'node:util';

/**
 * A value that must not be shown by accident: JSON, string conversion and inspection all give `[secret]`.
 * Only {@link Secret.reveal} hands the value out, so every use can be found by that name.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The protected value itself. Do not log or store what it returns. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
