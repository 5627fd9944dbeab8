import type { RevisionFeed } from '../../../persistence/index.js';
import type { ResourceFact } from '../engine/index.js';

const MOST_RESOURCES = 20_000;

/**
 * Resources that were asked about lately. An index does not hold Resources, of which there may be any number; each is read once and
 * held until the revision feed says that it has changed.
 */
export class ResourceCache {
  // In the order of their last use, the oldest first.
  private readonly held = new Map<string, ResourceFact>();
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly feed: Pick<RevisionFeed, 'subscribe'>) {}

  start(): void {
    this.unsubscribe ??= this.feed.subscribe((changes) => {
      if (changes === undefined) this.held.clear();
      else for (const { kind, id } of changes) if (kind === 'resource') this.held.delete(id);
    });
  }

  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.held.clear();
  }

  get(id: string): ResourceFact | undefined {
    const resource = this.held.get(id);
    if (resource === undefined) return undefined;
    this.held.delete(id);
    this.held.set(id, resource);
    return resource;
  }

  /** Holds a Resource that was read at the revision which the index has now. */
  set(resource: ResourceFact): void {
    if (this.unsubscribe === undefined) return;
    this.held.set(resource.id, resource);
    if (this.held.size <= MOST_RESOURCES) return;
    for (const oldest of this.held.keys()) {
      this.held.delete(oldest);
      break;
    }
  }
}
