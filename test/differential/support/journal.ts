import { setTimeout as sleep } from 'node:timers/promises';
import type { WrittenRow } from '../../../src/system/authorization/fact-index/testing/fact-writer.js';

/** A row of a table with all of its columns. */
export type Columns = Readonly<Record<string, unknown>>;

/** Tables of a Space and of the instance at one revision, by kind. */
export type View = ReadonlyMap<string, readonly Columns[]>;

interface Version {
  readonly rev: number;
  readonly columns: Columns | undefined;
}

/** Every row that was ever written, as its writer read it back, by the revision from which on it was so. */
export class Journal {
  private readonly spaces = new Map<string, Map<string, { readonly kind: string; readonly versions: Version[] }>>();
  private readonly revisions = new Map<string, number>();
  private readonly views = new Map<string, View>();

  add(rows: readonly WrittenRow[]): void {
    for (const { kind, id, spaceId, rev, columns } of rows) {
      let space = this.spaces.get(spaceId);
      if (space === undefined) this.spaces.set(spaceId, (space = new Map()));
      const key = JSON.stringify([kind, id]);
      const versions = space.get(key)?.versions ?? [];
      versions.push({ rev, columns });
      versions.sort((left, right) => left.rev - right.rev);
      space.set(key, { kind, versions });
      this.revisions.set(spaceId, Math.max(rev, this.revisions.get(spaceId) ?? 0));
    }
  }

  /** The newest revision that a writer has committed. */
  newest(spaceId: string): { readonly space: number; readonly instance: number } {
    return { space: this.revisions.get(spaceId) ?? 0, instance: this.revisions.get('') ?? 0 };
  }

  /** Waits until the writers have said everything up to a revision: a reader can see a commit before its writer goes on. */
  async reach(spaceId: string, space: number, instance: number): Promise<void> {
    for (let look = 0; (this.revisions.get(spaceId) ?? 0) < space || (this.revisions.get('') ?? 0) < instance; look += 1) {
      if (look > 5_000) throw new Error(`nobody wrote revision ${space} of ${spaceId} or ${instance} of the instance`);
      await sleep(1);
    }
  }

  /** What the tables held of a Space and of the instance. */
  view(spaceId: string, space: number, instance: number): View {
    const key = JSON.stringify([spaceId, space, instance]);
    let view = this.views.get(key);
    if (view === undefined) {
      if (this.views.size > 200) this.views.clear();
      this.views.set(key, (view = Map.groupBy([...this.rowsAt(spaceId, space), ...this.rowsAt('', instance)], ({ kind }) => kind)
        .entries().reduce((tables, [kind, rows]) => tables.set(kind, rows.map(({ columns }) => columns)), new Map<string, Columns[]>())));
    }
    return view;
  }

  /** True when something of the kind was ever written in another Space. */
  isElsewhere(kind: string, id: string, spaceId: string): boolean {
    const key = JSON.stringify([kind, id]);
    return [...this.spaces].some(([other, rows]) => other !== '' && other !== spaceId && rows.has(key));
  }

  private *rowsAt(spaceId: string, rev: number): Iterable<{ readonly kind: string; readonly columns: Columns }> {
    for (const { kind, versions } of this.spaces.get(spaceId)?.values() ?? []) {
      const columns = versions.findLast((version) => version.rev <= rev)?.columns;
      if (columns !== undefined) yield { kind, columns };
    }
  }
}
