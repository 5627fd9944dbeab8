/** Header by which a request asks for `extensions.cost`, with the value `report`. */
export const COST_HEADER = 'x-polity-cost';

/** True for a request that asks what it costs: by the header, or by `cost: true` in the extensions of the operation. */
export function asksForCost(header: string | readonly string[] | undefined, extensions: unknown): boolean {
  if (header === 'report') return true;
  return typeof extensions === 'object' && extensions !== null && (extensions as { readonly cost?: unknown }).cost === true;
}
