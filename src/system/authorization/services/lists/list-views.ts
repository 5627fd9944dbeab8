import type { Database, RevisionFeed } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import type { FactIndexes } from '../../fact-index/fact-indexes.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { loadOnce } from '../../fact-index/space-loader.js';
import { isAtLeast } from '../revision-token.js';

/** What {@link ListViews} are made of. */
export interface ListViewsParts {
  readonly database: Pick<Database, 'connect'>;
  readonly indexes: Pick<FactIndexes, 'current' | 'load'>;
  readonly feed: Pick<RevisionFeed, 'catchUp'>;
}

/** Indexes that lists are answered from: a list needs all facts of a Space at once. */
export class ListViews {
  constructor(private readonly parts: ListViewsParts) {}

  /**
   * The index of a Space that has seen a revision: the one in memory, read first when it is not there; one for this question alone when
   * that has no room. Undefined when there is no such Space.
   */
  async of(spaceId: string, atLeast: FactRevision | undefined): Promise<SpaceIndex | undefined> {
    const { indexes, feed, database } = this.parts;
    if (indexes.current(spaceId) === undefined) await indexes.load(spaceId);
    const held = indexes.current(spaceId);
    if (held !== undefined && hasSeen(held, atLeast)) return held;
    if (held !== undefined) await feed.catchUp();
    const later = indexes.current(spaceId);
    return later !== undefined && hasSeen(later, atLeast) ? later : loadOnce(database, spaceId);
  }
}

/** Revision of the facts of an index. */
export function revisionOf({ revision, registry }: SpaceIndex): FactRevision {
  return { space: revision, instance: registry.revision };
}

function hasSeen(index: SpaceIndex, wanted: FactRevision | undefined): boolean {
  return wanted === undefined || isAtLeast(revisionOf(index), wanted);
}
