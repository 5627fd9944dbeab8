import type { FactRow } from '../fact-row.js';

/** Columns of a row: those of its table that decisions read, and those that the table asks for. */
export type Body = Readonly<Record<string, unknown>> & { readonly id: string };

/** Rows of facts by kind and id. */
export class FactRows {
  private readonly kinds = new Map<string, Map<string, Body>>();
  private readonly lists = new Map<string, Map<unknown, readonly Body[]>>();
  /** Raised with every change. */
  version = 0;

  of(kind: string): readonly Body[] {
    return this.listed(kind, '', () => [...(this.kinds.get(kind)?.values() ?? [])]);
  }

  inSpace(kind: string, spaceId: string): readonly Body[] {
    return this.where(kind, 'space_id', spaceId);
  }

  /** Rows with a value in a column. */
  where(kind: string, column: string, value: unknown): readonly Body[] {
    return this.listed(kind, `${column}=${String(value)}`, () => this.of(kind).filter((body) => body[column] === value));
  }

  get(kind: string, id: unknown): Body | undefined {
    return this.kinds.get(kind)?.get(id as string);
  }

  put(kind: string, body: Body): FactRow {
    let rows = this.kinds.get(kind);
    if (rows === undefined) this.kinds.set(kind, (rows = new Map()));
    rows.set(body.id, body);
    this.changed(kind);
    return { kind, id: body.id, removed: false, body };
  }

  /** Takes a row away; the change says what it was. */
  remove(kind: string, id: string): FactRow {
    const body = this.get(kind, id);
    if (body === undefined) throw new Error(`there is no ${kind} ${id}`);
    this.kinds.get(kind)?.delete(id);
    this.changed(kind);
    return { kind, id, removed: true, body };
  }

  /** Every row, kinds in the order in which they came. */
  all(): FactRow[] {
    return [...this.kinds].flatMap(([kind, rows]) => [...rows.values()].map((body) => ({ kind, id: body.id, removed: false, body })));
  }

  private listed(kind: string, key: string, make: () => readonly Body[]): readonly Body[] {
    let lists = this.lists.get(kind);
    if (lists === undefined) this.lists.set(kind, (lists = new Map()));
    let list = lists.get(key);
    if (list === undefined) lists.set(key, (list = make()));
    return list;
  }

  private changed(kind: string): void {
    this.lists.delete(kind);
    this.version += 1;
  }
}

/** A text column of a row that may not be there. */
export function textOf(body: Body | undefined, column: string, otherwise = ''): string {
  const value = body?.[column];
  return typeof value === 'string' ? value : otherwise;
}
