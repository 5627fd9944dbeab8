import { compareText } from './compare-text.js';

/** Numbers for ids: the first gets 0. An id keeps its number. */
export class IdTable {
  private readonly rows = new Map<string, number>();
  private readonly ids: string[] = [];
  private order = new Int32Array(0);

  get count(): number {
    return this.ids.length;
  }

  row(id: string): number | undefined {
    return this.rows.get(id);
  }

  id(row: number): string {
    return this.ids[row] as string;
  }

  /** The number of an id, given now if it has none. */
  named(id: string): number {
    let row = this.rows.get(id);
    if (row === undefined) {
      row = this.ids.length;
      this.rows.set(id, row);
      this.ids.push(id);
    }
    return row;
  }

  /** Rows in the order of their ids, byte by byte. */
  inOrder(): Int32Array {
    if (this.order.length !== this.ids.length) {
      this.order = Int32Array.from(this.ids.keys()).sort((left, right) => compareText(this.ids[left] as string, this.ids[right] as string));
    }
    return this.order;
  }
}
