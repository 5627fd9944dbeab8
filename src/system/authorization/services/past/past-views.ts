import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { Database } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import type { SpaceIndex } from '../../fact-index/space-index.js';
import { Turns } from '../../fact-index/turns.js';
import { loadPastSpace } from './past-space-loader.js';

/** Spaces that are read at once, and questions that wait for it. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 50;

/** What {@link PastViews} run on. */
export interface PastViewsOptions {
  readonly database: Pick<Database, 'connect'>;
  /** Bytes that all views together may take; one that is larger serves its question and is not kept. */
  readonly mostBytes: number;
}

/** Spaces as they were at revisions, read when a question needs all facts of one at once. What is read never changes, so nobody has to be told. */
export class PastViews {
  // In the order of their last use, the oldest first.
  private readonly held = new Map<string, SpaceIndex>();
  private readonly reading = new Map<string, Promise<SpaceIndex | undefined>>();
  private readonly turns = new Turns(MOST_AT_ONCE);
  private asked = 0;

  constructor(private readonly options: PastViewsOptions) {}

  /** The facts of a Space at a revision; undefined when there was no such Space. They are shared: whoever changes them needs a {@link copy}. */
  async at(spaceId: string, revision: FactRevision): Promise<SpaceIndex | undefined> {
    const key = JSON.stringify([spaceId, revision.space, revision.instance]);
    const held = this.held.get(key);
    if (held !== undefined) {
      this.held.delete(key);
      this.held.set(key, held);
      return held;
    }
    let reading = this.reading.get(key);
    if (reading === undefined) {
      reading = this.copy(spaceId, revision).finally(() => this.reading.delete(key));
      this.reading.set(key, reading);
    }
    const view = await reading;
    if (view !== undefined) this.keep(key, view);
    return view;
  }

  /** The same, for whoever asks alone. @throws PolityError `SERVICE_UNAVAILABLE` when too many wait already */
  async copy(spaceId: string, revision: FactRevision): Promise<SpaceIndex | undefined> {
    if (this.asked >= MOST_WAITING) throw new PolityError('SERVICE_UNAVAILABLE', 'Too many questions about the past wait for their facts.');
    this.asked += 1;
    try {
      return await this.turns.take(() => loadPastSpace(this.options.database, spaceId, revision));
    } finally {
      this.asked -= 1;
    }
  }

  private keep(key: string, view: SpaceIndex): void {
    const { mostBytes } = this.options;
    if (view.size > mostBytes) return;
    this.held.set(key, view);
    let bytes = [...this.held.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [oldest, { size }] of this.held) {
      if (bytes <= mostBytes) break;
      this.held.delete(oldest);
      bytes -= size;
    }
  }
}

/** Views of the past of the process. */
export const pastViewsRef = createServiceRef<PastViews>({ id: 'authorization.past_views', scope: 'process' });
