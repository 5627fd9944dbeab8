import { createServiceRef } from '../../../kernel/services/index.js';
import type { Database, FactChange, RevisionFeed } from '../../../persistence/index.js';
import type { FactRevision } from '../engine/index.js';
import type { RegistryIndex } from './registry-index.js';
import type { SpaceIndex } from './space-index.js';
import { loadRegistry, loadSpace, loadUsers } from './space-loader.js';
import { Turns } from './turns.js';

/** A node that has heard nothing for so long no longer knows what is true. */
const LONGEST_SILENCE_MS = 1_000;
/** A Space that is larger than all of the memory is not tried again for so long. */
const TOO_LARGE_FOR_MS = 600_000;
/** After a failure nothing is read for so long. */
const FAILED_FOR_MS = 1_000;
/** Looks at the feed until it has come to what was read. */
const MOST_LOOKS = 20;
/** Spaces that are read at once, each on a connection of its own, and Spaces that wait for it. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 100;

/** What {@link FactIndexes} run on. */
export interface FactIndexesOptions {
  readonly database: Pick<Database, 'connect' | 'query'>;
  readonly feed: Pick<RevisionFeed, 'subscribe' | 'silentForMs' | 'catchUp' | 'reached'>;
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
  isVoid: boolean;
}

/**
 * Indexes of the Spaces that are asked about, within a bound of memory: read on demand, kept by the revision feed, given up when
 * others need the room. Always a copy of the database at a revision; never the only one who knows.
 *
 * What is read may be newer than what the feed has told. An index is kept from when the feed has come to where it was read: from then on
 * it and everything else that follows the feed are of one moment, and nothing old is told over something new.
 */
export class FactIndexes {
  private registry: RegistryIndex | undefined;
  // In the order of their last use, the oldest first.
  private readonly spaces = new Map<string, SpaceIndex>();
  /** The Space that stands last in their order, if it is known. */
  private lastAsked: string | undefined;
  private readonly asked = new Map<string, Promise<void>>();
  private readonly loading = new Map<string, Loading>();
  private readonly completing = new Map<SpaceIndex, Promise<void>>();
  private readonly tooLarge = new Map<string, number>();
  private readonly turns = new Turns(MOST_AT_ONCE);
  private failedUntil = Number.NEGATIVE_INFINITY;
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
    this.forgetAll();
    await Promise.allSettled([this.starting, ...this.asked.values(), ...this.completing.values()]);
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
    if (this.lastAsked !== spaceId) {
      this.spaces.delete(spaceId);
      this.spaces.set(spaceId, index);
      this.lastAsked = spaceId;
    }
    return index.actors.unknownUsers.size === 0 ? index : undefined;
  }

  /** Reads a Space, if it is not there; gives its index when there is one then. */
  async load(spaceId: string): Promise<SpaceIndex | undefined> {
    if (this.spaces.has(spaceId) || this.isTooLarge(spaceId) || this.unsubscribe === undefined || this.failedUntil > this.options.now()) return this.spaces.get(spaceId);
    let asked = this.asked.get(spaceId);
    if (asked === undefined && this.asked.size < MOST_WAITING) {
      asked = this.turns.take(() => this.read(spaceId))
        .catch((error: unknown) => this.failed(error))
        .finally(() => this.asked.delete(spaceId));
      this.asked.set(spaceId, asked);
    }
    await asked;
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

  private async read(spaceId: string): Promise<void> {
    if (this.unsubscribe === undefined) return;
    const began = performance.now();
    const loading: Loading = { changes: [], isVoid: false };
    this.loading.set(spaceId, loading);
    try {
      const registry = this.registry ?? (await this.readRegistry());
      const loaded = await loadSpace(this.options.database, spaceId, registry);
      if (loaded === undefined) return;
      const { index, revision } = loaded;
      const isHeard = await this.hear(spaceId, revision);
      if (!isHeard || loading.isVoid || registry !== this.registry) return;
      index.apply(loading.changes.filter((change) => change.rev > (change.spaceId === '' ? revision.instance : revision.space)));
      index.permissionsChanged(new Set(loading.changes.filter(({ kind }) => kind === 'permission').map(({ id }) => id)));
      index.revision = this.options.feed.reached(spaceId);
      index.settle();
      this.keep(spaceId, index);
      this.complete(index);
      this.options.onLoaded?.(spaceId, performance.now() - began);
    } finally {
      this.loading.delete(spaceId);
    }
  }

  /** Waits until the feed has told everything up to a revision; false when it does not come to it. */
  private async hear(spaceId: string, { space, instance }: FactRevision): Promise<boolean> {
    const { feed } = this.options;
    const isHeard = (): boolean => feed.reached(spaceId) >= space && feed.reached('') >= instance;
    for (let look = 0; look < MOST_LOOKS && !isHeard(); look += 1) await feed.catchUp();
    return isHeard();
  }

  /** Reads how Users stand that were bound in a Space after it was read. */
  private async readUsers(index: SpaceIndex): Promise<void> {
    const { unknownUsers } = index.actors;
    const wanted = [...unknownUsers];
    const { users, instance } = await loadUsers(this.options.database, wanted);
    if (await this.hear('', { space: 0, instance })) {
      // Of whom the feed has told meanwhile, that is newer.
      for (const [id, status] of users) if (unknownUsers.has(id)) index.actors.setUser(id, status);
    }
    if (wanted.some((id) => unknownUsers.has(id))) return this.drop(index.spaceId);
    if (unknownUsers.size > 0) await this.readUsers(index);
  }

  private complete(index: SpaceIndex): void {
    if (index.actors.unknownUsers.size === 0 || this.completing.has(index)) return;
    const done = this.readUsers(index)
      .catch((error: unknown) => {
        this.failed(error);
        this.drop(index.spaceId);
      })
      .finally(() => this.completing.delete(index));
    this.completing.set(index, done);
  }

  private failed(error: unknown): void {
    this.failedUntil = this.options.now() + FAILED_FOR_MS;
    this.options.onError(error);
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
    for (const { changes, reached } of this.early.splice(0)) this.advance(registry, changes, reached);
    this.registry = registry;
  }

  private advance(registry: RegistryIndex, changes: readonly FactChange[], reached: ReadonlyMap<string, number>): ReadonlySet<string> {
    const permissions = registry.apply(changes.filter(({ spaceId, rev }) => spaceId === '' && rev > registry.revision));
    registry.revision = Math.max(registry.revision, reached.get('') ?? 0);
    return permissions;
  }

  private follow(changes: readonly FactChange[] | undefined, reached: ReadonlyMap<string, number>): void {
    if (changes === undefined) return this.forgetAll();
    if (this.starting !== undefined && this.registry === undefined) this.early.push({ changes, reached });
    const permissions = this.registry === undefined ? new Set<string>() : this.advance(this.registry, changes, reached);
    const bySpace = Map.groupBy(changes, ({ spaceId }) => spaceId);
    const shared = (bySpace.get('') ?? []).filter(({ kind }) => kind === 'user' || kind === 'permission');
    for (const [spaceId, { changes: missed }] of this.loading) {
      for (const change of [...shared, ...(bySpace.get(spaceId) ?? [])]) missed.push(change);
    }
    // What comes after under the id of a Space that was removed is another Space.
    for (const { kind, id, removed } of changes) if (kind === 'space' && removed) this.drop(id);
    for (const [spaceId, index] of this.spaces) {
      const rev = reached.get(spaceId);
      if (shared.length === 0 && rev === undefined) continue;
      index.apply([...shared, ...(bySpace.get(spaceId) ?? [])]);
      index.permissionsChanged(permissions);
      if (rev !== undefined) index.revision = rev;
      this.complete(index);
    }
    // What is followed may grow.
    this.shrink();
  }

  private keep(spaceId: string, index: SpaceIndex): void {
    if (index.size > this.options.mostBytes) {
      this.tooLarge.set(spaceId, this.options.now() + TOO_LARGE_FOR_MS);
      return;
    }
    this.spaces.set(spaceId, index);
    this.lastAsked = undefined;
    this.shrink();
  }

  /** Gives Spaces up, the one that was not asked about for the longest time first, until the others have room. */
  private shrink(): void {
    let bytes = this.bytes();
    for (const [spaceId, { size }] of this.spaces) {
      if (bytes <= this.options.mostBytes) return;
      bytes -= size;
      this.spaces.delete(spaceId);
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
