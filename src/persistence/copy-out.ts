import type pg from 'pg';
import { to } from 'pg-copy-streams';

const TAB = 0x09;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const CAPITAL_N = 0x4e;
const MOST_COLUMNS = 32;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The row at which {@link copyOut} stands. Valid during the call only. */
export class CopiedRow {
  /** What was read, this row among others. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where each column ends in {@link bytes}; the first begins at `start`. */
  readonly ends = new Int32Array(MOST_COLUMNS);
  /** @internal */
  start = 0;

  /** A column of ASCII that is not null, such as an id. */
  ascii(column: number): string {
    return this.bytes.toString('latin1', this.from(column), this.ends[column]);
  }

  /** The same, undefined for null. */
  optionalAscii(column: number): string | undefined {
    return this.isNull(column) ? undefined : this.ascii(column);
  }

  /** Any text, undefined for null. */
  text(column: number): string | undefined {
    if (this.isNull(column)) return undefined;
    const text = this.bytes.toString('utf8', this.from(column), this.ends[column]);
    return text.includes('\\') ? text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter) : text;
  }

  /** A number, undefined for null. */
  number(column: number): number | undefined {
    return this.isNull(column) ? undefined : Number(this.ascii(column));
  }

  isNull(column: number): boolean {
    const from = this.from(column);
    return this.ends[column] === from + 2 && this.bytes[from] === BACKSLASH && this.bytes[from + 1] === CAPITAL_N;
  }

  /** True when a column has the same bytes as a text of ASCII. */
  isAscii(column: number, text: string): boolean {
    const from = this.from(column);
    if ((this.ends[column] as number) - from !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) if (this.bytes[from + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  /** Where a column begins in {@link bytes}. */
  from(column: number): number {
    return column === 0 ? this.start : (this.ends[column - 1] as number) + 1;
  }
}

/**
 * Reads the rows of a SELECT by COPY: several times as fast as rows of objects, and never more than a piece of them in memory.
 *
 * @param select - a statement without parameters
 */
export async function copyOut(client: pg.ClientBase, select: string, onRow: (row: CopiedRow) => void): Promise<void> {
  const row = new CopiedRow();
  let rest: Buffer | undefined;
  for await (const piece of client.query(to(`COPY (${select}) TO STDOUT`)) as AsyncIterable<Buffer>) {
    row.bytes = rest === undefined ? piece : Buffer.concat([rest, piece]);
    const end = eachRow(row, onRow);
    rest = end < row.bytes.length ? row.bytes.subarray(end) : undefined;
  }
}

/** Gives the whole rows of a piece, and where they end. A tab or a newline inside of a value is escaped, so each of them separates. */
function eachRow(row: CopiedRow, onRow: (row: CopiedRow) => void): number {
  const { bytes, ends } = row;
  let start = 0;
  let column = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === TAB) {
      ends[column] = at;
      column += 1;
    } else if (byte === NEWLINE) {
      ends[column] = at;
      row.start = start;
      onRow(row);
      column = 0;
      start = at + 1;
    }
  }
  return start;
}
