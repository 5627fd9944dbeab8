import { createServiceRef } from '../../../kernel/services/index.js';
import type { Database, FactChange, RevisionFeed } from '../../../persistence/index.js';
import type { RegistryIndex } from './registry-index.js';
import type { SpaceIndex } from './space-index.js';
import { loadRegistry, loadSpace } from './space-loader.js';

/** A node that has heard nothing for so long no longer knows what is true. */
const LONGEST_SILENCE_MS = 1_000;
/** A Space that is larger than all of the memory is not tried again for so long. */
const TOO_LARGE_FOR_MS = 600_000;
/** Looks at the feed until a loaded Space and the instance are of one moment. */
const MOST_LOOKS = 20;

/** What {@link FactIndexes} run on. */
export interface FactIndexesOptions {
  readonly database: Pick<Database, 'connect'>;
  readonly feed: Pick<RevisionFeed, 'subscribe' | 'silentForMs' | 'catchUp'>;
  /** Bytes that all indexes together may take. */
  readonly mostBytes: number;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Told how long a Space took to load, in milliseconds. */
  readonly onLoaded?: (spaceId: string, took: number) => void;
}

interface Loading {
  /** Changes that were announced while the Space was read. */
  readonly changes: FactChange[];
  readonly reached: Map<string, number>;
  done: Promise<void>;
  isVoid: boolean;
}

/**
 * Indexes of the Spaces that are asked about, within a bound of memory: read on demand, kept by the revision feed, given up when
 * others need the room. Always a copy of the database at a revision; never the only one who knows.
 */
export class FactIndexes {
  private registry: RegistryIndex | undefined;
  // In the order of their last use, the oldest first.
  private readonly spaces = new Map<string, SpaceIndex>();
  private readonly loading = new Map<string, Loading>();
  private readonly tooLarge = new Map<string, number>();
  /** Raised whenever everything is forgotten. */
  private generation = 0;
  private unsubscribe: (() => void) | undefined;
  private starting: Promise<void> | undefined;
  private early: { readonly changes: readonly FactChange[]; readonly reached: ReadonlyMap<string, number> }[] = [];

  constructor(private readonly options: FactIndexesOptions) {}

  /** Begins to follow the feed. */
  start(): void {
    this.unsubscribe ??= this.options.feed.subscribe((changes, reached) => this.follow(changes, reached));
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    await Promise.allSettled([this.starting, ...[...this.loading.values()].map(({ done }) => done)]);
    this.forgetAll();
  }

  /**
   * The index of a Space as far as it can be trusted now. Undefined while it is being read, when it has no room, and when the node is
   * cut off from the database; the first question for a Space begins to read it.
   */
  current(spaceId: string): SpaceIndex | undefined {
    if (this.unsubscribe === undefined || this.options.feed.silentForMs() > LONGEST_SILENCE_MS) return undefined;
    const index = this.spaces.get(spaceId);
    if (index === undefined) {
      void this.load(spaceId);
      return undefined;
    }
    this.spaces.delete(spaceId);
    this.spaces.set(spaceId, index);
    return index;
  }

  /** Reads a Space, if it is not there; gives its index when there is one then. */
  async load(spaceId: string): Promise<SpaceIndex | undefined> {
    const held = this.spaces.get(spaceId);
    if (held !== undefined || this.isTooLarge(spaceId)) return held;
    let loading = this.loading.get(spaceId);
    if (loading === undefined) {
      loading = { changes: [], reached: new Map(), done: Promise.resolve(), isVoid: false };
      this.loading.set(spaceId, loading);
      loading.done = this.read(spaceId, loading)
        .catch((error: unknown) => this.options.onError(error))
        .finally(() => this.loading.delete(spaceId));
    }
    await loading.done;
    return this.spaces.get(spaceId);
  }

  /** Gives the index of a Space up; the next question reads it anew. */
  drop(spaceId: string): void {
    this.spaces.delete(spaceId);
    const loading = this.loading.get(spaceId);
    if (loading !== undefined) loading.isVoid = true;
  }

  /** Spaces in memory and the bytes that they take. */
  usage(): { readonly spaces: number; readonly bytes: number } {
    return { spaces: this.spaces.size, bytes: this.bytes() };
  }

  private async read(spaceId: string, loading: Loading): Promise<void> {
    const began = performance.now();
    const registry = this.registry ?? (await this.readRegistry());
    const loaded = await loadSpace(this.options.database, spaceId, registry);
    if (loaded === undefined || loading.isVoid || registry !== this.registry) return;
    const { index, revision } = loaded;
    this.takeMissed(index, loading, revision);
    // The Users of the Space are of the snapshot: the rest of the instance must have come as far.
    for (let look = 0; look < MOST_LOOKS && registry.revision < revision.instance; look += 1) await this.options.feed.catchUp();
    if (loading.isVoid || registry !== this.registry || registry.revision < revision.instance) return;
    this.takeMissed(index, loading, revision);
    index.settle();
    this.keep(spaceId, index);
    this.options.onLoaded?.(spaceId, performance.now() - began);
  }

  private takeMissed(index: SpaceIndex, loading: Loading, read: { readonly space: number; readonly instance: number }): void {
    const missed = loading.changes.splice(0);
    index.apply(missed.filter(({ spaceId, rev }) => (spaceId === '' ? rev > read.instance : rev > read.space)));
    index.permissionsChanged(new Set(missed.filter(({ kind }) => kind === 'permission').map(({ id }) => id)));
    index.revision = Math.max(index.revision, loading.reached.get(index.spaceId) ?? 0);
  }

  private async readRegistry(): Promise<RegistryIndex> {
    this.starting ??= this.startRegistry().finally(() => {
      this.starting = undefined;
    });
    await this.starting;
    return this.registry ?? this.readRegistry();
  }

  private async startRegistry(): Promise<void> {
    const { generation } = this;
    this.early = [];
    const registry = await loadRegistry(this.options.database);
    // What was forgotten meanwhile may hold changes that this reading does not: it begins again.
    if (generation !== this.generation) return;
    for (const { changes, reached } of this.early.splice(0)) this.advance(registry, changes.filter(({ rev }) => rev > registry.revision), reached);
    this.registry = registry;
  }

  private advance(registry: RegistryIndex, changes: readonly FactChange[], reached: ReadonlyMap<string, number>): ReadonlySet<string> {
    const permissions = registry.apply(changes.filter(({ spaceId }) => spaceId === ''));
    registry.revision = Math.max(registry.revision, reached.get('') ?? 0);
    return permissions;
  }

  private follow(changes: readonly FactChange[] | undefined, reached: ReadonlyMap<string, number>): void {
    if (changes === undefined) return this.forgetAll();
    if (this.starting !== undefined && this.registry === undefined) this.early.push({ changes, reached });
    const permissions = this.registry === undefined ? new Set<string>() : this.advance(this.registry, changes, reached);
    const bySpace = Map.groupBy(changes, ({ spaceId }) => spaceId);
    const shared = (bySpace.get('') ?? []).filter(({ kind }) => kind === 'user' || kind === 'permission');
    for (const [spaceId, { changes: missed, reached: upTo }] of this.loading) {
      for (const change of [...shared, ...(bySpace.get(spaceId) ?? [])]) missed.push(change);
      const rev = reached.get(spaceId);
      if (rev !== undefined) upTo.set(spaceId, rev);
    }
    for (const [spaceId, index] of this.spaces) {
      const rev = reached.get(spaceId);
      if (shared.length === 0 && rev === undefined) continue;
      index.apply([...shared, ...(bySpace.get(spaceId) ?? [])]);
      index.permissionsChanged(permissions);
      if (rev !== undefined) index.revision = rev;
    }
  }

  private keep(spaceId: string, index: SpaceIndex): void {
    if (index.size > this.options.mostBytes) {
      this.tooLarge.set(spaceId, this.options.now() + TOO_LARGE_FOR_MS);
      return;
    }
    this.spaces.set(spaceId, index);
    for (const oldest of this.spaces.keys()) {
      if (oldest === spaceId || this.bytes() <= this.options.mostBytes) break;
      this.spaces.delete(oldest);
    }
  }

  private bytes(): number {
    return [...this.spaces.values()].reduce((sum, { size }) => sum + size, 0);
  }

  private isTooLarge(spaceId: string): boolean {
    const until = this.tooLarge.get(spaceId);
    if (until === undefined || until > this.options.now()) return until !== undefined;
    this.tooLarge.delete(spaceId);
    return false;
  }

  private forgetAll(): void {
    this.generation += 1;
    this.registry = undefined;
    this.spaces.clear();
    this.early = [];
    for (const loading of this.loading.values()) loading.isVoid = true;
  }
}

/** The indexes of the process. */
export const factIndexesRef = createServiceRef<FactIndexes>({ id: 'authorization.fact_indexes', scope: 'process' });
