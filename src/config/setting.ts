import type { ZodType } from 'zod';

/** The process's environment variables, or a stand-in for them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What kind of process this is: `NODE_ENV`. */
export type RuntimeEnvironment = 'development' | 'test' | 'production';

/** What a default may depend on. */
export interface DefaultContext {
  readonly environment: RuntimeEnvironment;
  /** Whether a variable (or its `_FILE` form) has been given a value. */
  readonly has: (variable: string) => boolean;
}

/** A default that depends on other settings, with the words that describe it in the table. */
export interface DerivedDefault<T> {
  readonly text: string;
  readonly derive: (context: DefaultContext) => T;
}

/** One setting: where it comes from, how its text is read, and what the documentation says about it. */
export interface Setting<T> {
  /** Name of the environment variable. */
  readonly variable: string;
  /** Turns the variable's trimmed, non-empty text into the typed value. */
  readonly schema: ZodType<T, string>;
  /** One sentence for the table of settings. */
  readonly description: string;
  /** Unit of a number: `ms`, `s`, `bytes`, `connections`. */
  readonly unit?: string;
  /** A secret is never shown, is handed out as {@link Secret}, and may come from the file named by `<variable>_FILE`. */
  readonly secret: boolean;
  /** Value used when the variable is not set. */
  readonly fallback: DerivedDefault<T | undefined>;
}

type Described<T> = Pick<Setting<T>, 'variable' | 'schema' | 'description' | 'unit'> & { readonly secret?: boolean };

/** Declares a setting that is `undefined` when it is not set. */
export const optional = <T>(setting: Described<T>): Setting<T | undefined> => ({
  secret: false,
  ...setting,
  schema: setting.schema as ZodType<T | undefined, string>,
  fallback: { text: '', derive: () => undefined },
});

/** Declares a setting with a constant default; the default of a list is the empty one. */
export const withDefault = <T extends string | number | readonly unknown[]>(setting: Described<T>, value: T): Setting<T> => ({
  secret: false,
  ...setting,
  fallback: { text: String(value), derive: () => value },
});

/** Declares a setting whose default depends on other settings. */
export const withDerivedDefault = <T>(setting: Described<T>, fallback: DerivedDefault<T>): Setting<T> => ({
  secret: false,
  ...setting,
  fallback,
});
