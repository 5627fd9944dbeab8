/** Why an expression is refused before anything evaluates it. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  /**
   * @param reason - a sentence for the author
   * @param line - from 1
   * @param column - from 1
   */
  constructor(readonly reason: string, readonly line: number, readonly column: number) {
    super(`${reason} (line ${line}, column ${column})`);
  }

  /** @param offset - position in the source, from 0 */
  static at(source: string, offset: number, reason: string): ExpressionError {
    const { line, column } = placeOf(source, offset);
    return new ExpressionError(reason, line, column);
  }
}

/** Line and column of an offset, each from 1. */
export function placeOf(source: string, offset: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
