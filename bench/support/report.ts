/** One bench of the suite. */
export interface Bench {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Measures, prints its figures, and gives what there is a bar for. */
  run(): Promise<readonly Verdict[]>;
  /** The same in less time, for a look while one works; its figures are not for the record. */
  quick?(): Promise<readonly Verdict[]>;
}

/** A figure against its bar. */
export interface Verdict {
  readonly name: string;
  readonly measured: number;
  /** The bar: the figure may be this at most. */
  readonly most: number;
  readonly unit: string;
}

/** Prints lines. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** A verdict on one line. */
export function verdictLine({ name, measured, most, unit }: Verdict): string {
  const found = Number.isNaN(measured) ? 'not measured' : `${figure(measured)} ${unit}`;
  return `${measured <= most ? 'met   ' : 'MISSED'}  ${name}: ${found} (bar: at most ${figure(most)} ${unit})`;
}

/** A number with three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Prints rows under a header, columns aligned to the right except the first. */
export function sayTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [header, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  for (const row of cells) say(`  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`);
}
