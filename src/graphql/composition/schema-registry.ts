import { createHash } from 'node:crypto';
import { assertValidSchema } from 'graphql';
import { isPolityError, PolityError } from '../../kernel/errors/index.js';
import { changedCoordinates } from '../compatibility/index.js';
import { withFragments, type ComposedSchema } from './compose-schema.js';
import { printComposedSchema } from './print-schema.js';
import type { SchemaFragment } from './schema-fragment.js';

/** One schema that took the place of another. */
export interface SchemaSwap {
  readonly schema: ComposedSchema;
  /** As {@link SchemaRegistry.version} is now, and as it was. */
  readonly version: string;
  readonly previousVersion: string;
  /** Whose fragments are others now. */
  readonly owner: string;
  /** Coordinates that are gone, or mean something else than before. */
  readonly changed: ReadonlySet<string>;
  /** Time that composing and checking took, in milliseconds. */
  readonly composedMs: number;
}

/** Takes over a schema; called for each swap in the order of registration. */
export type SwapListener = (swap: SchemaSwap) => void;

/** Hears of a change that was refused, and why. */
export type RefusalListener = (owner: string, error: PolityError) => void;

/**
 * The schema of a process: that of the capabilities, and fragments by their owner, which come and go while it runs. Each change is
 * composed and checked as a whole from the core before anything else sees it, and is taken over as a whole, or not at all. A change is
 * made within one call, so that those who change at the same time change one after the other.
 */
export class SchemaRegistry {
  private fragments: ReadonlyMap<string, readonly SchemaFragment[]> = new Map();
  private composed: ComposedSchema;
  private currentVersion: string | undefined;
  private coreHash: string | undefined;
  private readonly listeners = new Set<SwapListener>();
  private readonly refusalListeners = new Set<RefusalListener>();

  /** @param core - of the capabilities alone */
  constructor(private readonly core: ComposedSchema) {
    this.composed = core;
  }

  /** The schema of now. */
  get current(): ComposedSchema {
    return this.composed;
  }

  /** SHA-256 over the SDL of the core and of all fragments, in hexadecimal digits: the same on every node that has the same. */
  get version(): string {
    this.currentVersion ??= this.versionOf(this.fragments);
    return this.currentVersion;
  }

  /** Those who have fragments in the schema, in the order in which they came. */
  get owners(): readonly string[] {
    return [...this.fragments.keys()];
  }

  /**
   * Gives an owner these fragments in place of those that it had.
   * @throws PolityError `CAPABILITY_INVALID` that names fragments and coordinates; the schema stays as it was
   */
  set(owner: string, fragments: readonly SchemaFragment[]): SchemaSwap {
    return this.change(owner, new Map([...this.fragments, [owner, [...fragments]]]));
  }

  /**
   * Takes all fragments of an owner out; undefined when it has none.
   * @throws PolityError `CAPABILITY_INVALID` when others stand on them; the schema stays as it was
   */
  remove(owner: string): SchemaSwap | undefined {
    if (!this.fragments.has(owner)) return undefined;
    return this.change(owner, new Map([...this.fragments].filter(([other]) => other !== owner)));
  }

  /** Calls back after each change; gives the function that stops it. */
  onSwap(listener: SwapListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back after each change that was refused; gives the function that stops it. */
  onRefusal(listener: RefusalListener): () => void {
    this.refusalListeners.add(listener);
    return () => this.refusalListeners.delete(listener);
  }

  private change(owner: string, fragments: ReadonlyMap<string, readonly SchemaFragment[]>): SchemaSwap {
    const began = performance.now();
    const { composed: before, version: previousVersion } = this;
    const schema = this.compose(owner, [...fragments.values()].flat());
    const swap: SchemaSwap = {
      schema, owner, previousVersion,
      version: this.versionOf(fragments),
      changed: changedCoordinates(before.raw, schema.raw),
      composedMs: performance.now() - began,
    };
    this.fragments = fragments;
    this.composed = schema;
    this.currentVersion = swap.version;
    for (const listener of this.listeners) listener(swap);
    return swap;
  }

  private compose(owner: string, fragments: readonly SchemaFragment[]): ComposedSchema {
    try {
      return composeChecked(this.core, fragments);
    } catch (error) {
      for (const listener of this.refusalListeners) listener(owner, error as PolityError);
      throw error;
    }
  }

  private versionOf(fragments: ReadonlyMap<string, readonly SchemaFragment[]>): string {
    this.coreHash ??= sha256(printComposedSchema(this.core.raw));
    const parts = [...fragments.values()].flat().map(({ name, typeDefs }) => [name, typeDefs]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
    return sha256(JSON.stringify([this.coreHash, parts]));
  }
}

// Whoever takes the schema over checks it again, and has nothing to find then.
function composeChecked(core: ComposedSchema, fragments: readonly SchemaFragment[]): ComposedSchema {
  try {
    const schema = withFragments(core, fragments);
    assertValidSchema(schema.guarded);
    return schema;
  } catch (error) {
    if (isPolityError(error)) throw error;
    throw new PolityError('CAPABILITY_INVALID', `The schema cannot be composed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
