/** Where something stands in a file; line and column count from 1, and 0 stands for the file as a whole. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The file as a whole. */
export function wholeOf(file: string): Place {
  return { file, line: 0, column: 0 };
}

/** A place as editors and CI systems make links of it: `file:line:column`. */
export function showPlace({ file, line, column }: Place): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}
