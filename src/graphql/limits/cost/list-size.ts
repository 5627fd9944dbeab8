import { getDirective } from '@graphql-tools/utils';
import { GraphQLError, type FieldNode, type GraphQLField, type GraphQLSchema } from 'graphql';
import { DEFAULT_LIST_SIZE } from './defaults.js';
import { sliceOf, type Slice } from './slice.js';
import type { Evaluation, Term } from './term.js';

/** What `@listSize` says. */
export interface ListSize {
  readonly assumedSize?: number;
  /** Paths of arguments that bound the list, such as `first` or `input.first`. */
  readonly slicingArguments: readonly string[];
  /** Lists inside the returned object that are bounded in place of the field itself; empty for a field that is the list. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** Reads `@listSize` of a field; undefined when it has none. */
export function readListSize(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): ListSize | undefined {
  const given = getDirective(schema, field, 'listSize')?.[0] as Partial<Record<keyof ListSize, unknown>> | undefined;
  if (given === undefined) return undefined;
  return {
    assumedSize: (given.assumedSize as number | null | undefined) ?? undefined,
    slicingArguments: (given.slicingArguments as string[] | null | undefined) ?? [],
    sizedFields: (given.sizedFields as string[] | null | undefined) ?? [],
    requireOneSlicingArgument: (given.requireOneSlicingArgument as boolean | null | undefined) ?? true,
  };
}

/**
 * How many items a list has at most: the largest slicing argument, else the assumed size, else the default.
 *
 * Its evaluation throws GraphQLError `GRAPHQL_VALIDATION_FAILED` where exactly one slicing argument is required and not given.
 */
export function sizeTerm(listSize: ListSize | undefined, field: GraphQLField<unknown, unknown>, node: FieldNode, coordinate: string): Term {
  if (listSize === undefined) return DEFAULT_LIST_SIZE;
  const fallback = listSize.assumedSize ?? DEFAULT_LIST_SIZE;
  const slices = listSize.slicingArguments.map((path) => sliceOf(path, field, node));
  if (slices.length === 0) return fallback;
  const size = (evaluation: Evaluation | undefined): number => {
    if (listSize.requireOneSlicingArgument) assertOne(slices, evaluation, listSize, coordinate, node);
    const sizes = slices.flatMap((slice) => slice.size(evaluation) ?? []);
    return sizes.length === 0 ? fallback : Math.max(...sizes);
  };
  const isKnown = slices.every(({ isConstant }) => isConstant);
  // A wrong number of arguments is said when it is asked for, not while a plan is made.
  if (isKnown && !(listSize.requireOneSlicingArgument && slices.filter((slice) => slice.isGiven(undefined)).length !== 1)) return size(undefined);
  return size;
}

function assertOne(slices: readonly Slice[], evaluation: Evaluation | undefined, { slicingArguments }: ListSize, coordinate: string, nodes: FieldNode): void {
  const given = slices.filter((slice) => slice.isGiven(evaluation)).length;
  if (given === 1) return;
  throw new GraphQLError(`${coordinate} takes exactly one of its arguments ${slicingArguments.join(', ')}; ${given} are given.`, {
    nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
  });
}
