import type { OperationTypeNode } from 'graphql';

/** What an operation costs before its fields. A subscription is priced per event: what it selects is answered again with each. */
export const OPERATION_WEIGHTS: Readonly<Record<OperationTypeNode, number>> = { query: 0, mutation: 10, subscription: 0 };

/** What an object of a type without `@cost` costs, in an answer or as an input object in an argument. Scalars and enums are free. */
export const OBJECT_WEIGHT = 1;

/** Items of a list that says nothing about its size. */
export const DEFAULT_LIST_SIZE = 100;

/** Where costs stop: every sum and product ends here instead of losing its last digits or becoming infinite. */
export const MOST_COST = Number.MAX_SAFE_INTEGER;

/** A number as a cost or a size: whole, never below nothing, never above the most. */
export function saturated(value: number): number {
  return Math.min(Math.max(Math.trunc(value), 0), MOST_COST);
}
