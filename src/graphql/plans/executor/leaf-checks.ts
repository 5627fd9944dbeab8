import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, type GraphQLLeafType } from 'graphql';

/** When a value of a built-in scalar is its own serialization: the test as source text over `v`, and as a function. */
export interface LeafCheck {
  readonly source: string;
  readonly holds: (v: unknown) => boolean;
}

const isText: LeafCheck = { source: 'typeof v === "string"', holds: (v) => typeof v === 'string' };

const CHECKS = new Map<GraphQLLeafType, LeafCheck>([
  [GraphQLString, isText],
  [GraphQLID, isText],
  [GraphQLBoolean, { source: 'typeof v === "boolean"', holds: (v) => typeof v === 'boolean' }],
  // Both are false for what is no number, for NaN and for the infinities.
  [GraphQLInt, { source: 'typeof v === "number" && (v | 0) === v', holds: (v) => typeof v === 'number' && (v | 0) === v }],
  [GraphQLFloat, { source: 'typeof v === "number" && v - v === 0', holds: (v) => typeof v === 'number' && v - v === 0 }],
]);

/** The check of a built-in scalar; undefined for types that have a serialization of their own. */
export function leafCheck(type: GraphQLLeafType): LeafCheck | undefined {
  return CHECKS.get(type);
}
