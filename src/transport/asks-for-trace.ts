/** Header by which a request asks for `extensions.trace`, with the value `report`. */
export const TRACE_HEADER = 'x-polity-trace';

/** True for a request that asks how its fields are decided: by the header, or by `trace: true` in the extensions of the operation. */
export function asksForTrace(header: string | readonly string[] | undefined, extensions: unknown): boolean {
  if (header === 'report') return true;
  return typeof extensions === 'object' && extensions !== null && (extensions as { readonly trace?: unknown }).trace === true;
}
