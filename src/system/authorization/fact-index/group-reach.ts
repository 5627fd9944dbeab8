import type { GroupTree } from './group-tree.js';

/** Some Groups by themselves and whole trees of others, without writing down each of them: a Member at the root reaches all there are. */
export class GroupReach {
  constructor(private readonly tree: GroupTree, private readonly roots: readonly number[], private readonly single: ReadonlySet<number>) {}

  /** Groups within, at most: those that lie in several of the trees count for each. */
  get most(): number {
    return this.roots.reduce((sum, root) => sum + this.tree.countWithin(root), this.single.size);
  }

  has(row: number): boolean {
    return this.single.has(row) || this.roots.some((root) => this.tree.isWithin(root, row));
  }

  /** Ids of all of them in the order of their ids, from one on. */
  *ids(from?: string, backward = false): Iterable<string> {
    if (this.most === 0) return;
    for (const row of this.tree.inOrder(from, backward)) if (this.has(row)) yield this.tree.id(row);
  }
}
