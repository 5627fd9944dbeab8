import type { FactRow } from '../fact-row.js';

/** Columns of a row: those of its table that decisions read, and those that the table asks for. */
export type Body = Readonly<Record<string, unknown>> & { readonly id: string };

/** Rows of facts by kind and id. */
export class FactRows {
  private readonly kinds = new Map<string, Map<string, Body>>();
  /** Raised with every change. */
  version = 0;

  of(kind: string): Body[] {
    return [...(this.kinds.get(kind)?.values() ?? [])];
  }

  inSpace(kind: string, spaceId: string): Body[] {
    return this.of(kind).filter((body) => body['space_id'] === spaceId);
  }

  get(kind: string, id: unknown): Body | undefined {
    return this.kinds.get(kind)?.get(id as string);
  }

  put(kind: string, body: Body): FactRow {
    let rows = this.kinds.get(kind);
    if (rows === undefined) this.kinds.set(kind, (rows = new Map()));
    rows.set(body.id, body);
    this.version += 1;
    return { kind, id: body.id, removed: false, body };
  }

  /** Takes a row away; the change says what it was. */
  remove(kind: string, id: string): FactRow {
    const body = this.get(kind, id);
    if (body === undefined) throw new Error(`there is no ${kind} ${id}`);
    this.kinds.get(kind)?.delete(id);
    this.version += 1;
    return { kind, id, removed: true, body };
  }

  /** Every row, kinds in the order in which they came. */
  all(): FactRow[] {
    return [...this.kinds].flatMap(([kind, rows]) => [...rows.values()].map((body) => ({ kind, id: body.id, removed: false, body })));
  }
}
