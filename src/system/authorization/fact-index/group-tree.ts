import type { GroupFact } from '../engine/index.js';
import { optionalText, text, type FactRow } from './fact-row.js';
import { IdIndex } from './id-index.js';

const ROOT = -1;
const REMOVED = 'removed';

// Integers of a Group, side by side so that one look at memory gives all of them.
const WIDTH = 4;
const FIRST = 0;
const LAST = 1;
const IS_ACTIVE = 2;

/**
 * The Groups of one Space. Whether one lies in the tree of another is a comparison of two numbers: rows are numbered in the order of a
 * walk through the tree, and the tree of a Group is the interval from its own number to its last descendant's. Numbers are made anew
 * when the tree has changed and a question asks.
 */
export class GroupTree {
  private readonly ids = new IdIndex();
  private readonly paths: string[] = [];
  private readonly parents: string[] = [];
  private readonly statuses: string[] = [];
  /** Those that somebody has read. */
  private readonly facts = new Map<number, GroupFact>();
  private numbers = new Int32Array(0);
  private byPath: Map<string, number> | undefined;
  private stale = false;

  constructor(private readonly spaceId: string) {}

  /** Bytes held, roughly. */
  get size(): number {
    return this.ids.size + this.numbers.byteLength + this.count * 140 + this.facts.size * 170;
  }

  get count(): number {
    return this.ids.count;
  }

  row(id: string): number | undefined {
    return this.present(this.ids.row(id));
  }

  /** Row of the id that stands in a buffer. */
  rowOfBytes(bytes: Uint8Array, start: number, end: number): number | undefined {
    return this.present(this.ids.rowOfBytes(bytes, start, end));
  }

  rowAt(path: string): number | undefined {
    if (this.byPath === undefined) {
      this.byPath = new Map();
      for (const row of this.all()) this.byPath.set(this.paths[row] as string, row);
    }
    return this.byPath.get(path);
  }

  id(row: number): string {
    return this.ids.id(row);
  }

  fact(row: number): GroupFact {
    const known = this.facts.get(row);
    if (known !== undefined) return known;
    const fact = { id: this.ids.id(row), spaceId: this.spaceId, path: this.paths[row] as string, status: this.statuses[row] as string };
    this.facts.set(row, fact);
    return fact;
  }

  isActive(row: number): boolean {
    return this.numbers[row * WIDTH + IS_ACTIVE] === 1;
  }

  /** True when `row` is `root` or lies below it. Ask {@link settle} first. */
  isWithin(root: number, row: number): boolean {
    const number = this.numbers[row * WIDTH + FIRST] as number;
    return number >= (this.numbers[root * WIDTH + FIRST] as number) && number <= (this.numbers[root * WIDTH + LAST] as number);
  }

  /** The row and all above it, nearest first. */
  *upwards(row: number): Iterable<number> {
    const seen = new Set<number>();
    for (let at: number | undefined = row; at !== undefined && !seen.has(at); at = this.row(this.parents[at] as string)) {
      seen.add(at);
      yield at;
    }
  }

  /** How many Groups lie in the tree of one, itself included. Ask {@link settle} first. */
  countWithin(root: number): number {
    return (this.numbers[root * WIDTH + LAST] as number) - (this.numbers[root * WIDTH + FIRST] as number) + 1;
  }

  /** All rows within the trees of some roots. */
  *within(roots: readonly number[]): Iterable<number> {
    this.settle();
    for (const row of this.all()) if (roots.some((root) => this.isWithin(root, row))) yield row;
  }

  /** Rows in the order of their ids, from one on; backwards down to it. */
  *inOrder(from: string | undefined, backward: boolean): Iterable<number> {
    for (const row of this.ids.walk(from, backward)) if (this.present(row) !== undefined) yield row;
  }

  *all(): Iterable<number> {
    for (let row = 0; row < this.ids.count; row += 1) if (this.statuses[row] !== REMOVED) yield row;
  }

  private present(row: number | undefined): number | undefined {
    return row === undefined || this.statuses[row] === REMOVED ? undefined : row;
  }

  apply(row: FactRow): void {
    this.byPath = undefined;
    let at = this.row(row.id);
    if (at !== undefined) this.facts.delete(at);
    if (row.removed) {
      if (at !== undefined) this.statuses[at] = REMOVED;
      this.stale = true;
      return;
    }
    const parent = optionalText(row, 'parent_group_id') ?? '';
    if (at === undefined) {
      at = this.ids.named(row.id);
      this.parents[at] = parent;
      this.stale = true;
    } else if (this.parents[at] !== parent) {
      this.parents[at] = parent;
      this.stale = true;
    }
    this.paths[at] = text(row, 'path');
    this.statuses[at] = text(row, 'status');
    if (!this.stale) this.numbers[at * WIDTH + IS_ACTIVE] = this.statuses[at] === 'active' ? 1 : 0;
  }

  /** Numbers the rows, if the tree has changed since. */
  settle(): void {
    if (!this.stale) return;
    const { count } = this;
    const children = new Map<number, number[]>();
    for (const row of this.all()) {
      const parent = this.row(this.parents[row] as string) ?? ROOT;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [row]);
      else siblings.push(row);
    }
    // What hangs in no tree is within nothing: its interval is empty.
    this.numbers = new Int32Array(count * WIDTH);
    for (let row = 0; row < count; row += 1) this.numbers.set([-1, -2, this.statuses[row] === 'active' ? 1 : 0], row * WIDTH);
    let number = 0;
    // A stack of (row, next child): trees are at most 32 deep in the database, but a model file may say anything.
    const stack: { readonly row: number; next: number }[] = [{ row: ROOT, next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = children.get(top.row)?.[top.next];
      if (child !== undefined) {
        top.next += 1;
        this.numbers[child * WIDTH + FIRST] = number;
        number += 1;
        stack.push({ row: child, next: 0 });
      } else {
        if (top.row !== ROOT) this.numbers[top.row * WIDTH + LAST] = number - 1;
        stack.pop();
      }
    }
    this.stale = false;
  }
}
