/** Compares texts byte by byte in UTF-8: an order that no locale changes. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Values in the order of a text that each of them has. */
export function inByteOrder<Value>(values: Iterable<Value>, textOf: (value: Value) => string): Value[] {
  return [...values].sort((left, right) => compareBytes(textOf(left), textOf(right)));
}
