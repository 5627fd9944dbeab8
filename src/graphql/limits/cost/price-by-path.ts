import { isListType, isNonNullType, type DocumentNode, type FieldNode, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { defaultsOf, withDefaults } from './compile-cost.js';
import { holdsAny } from './condition.js';
import { MOST_COST } from './defaults.js';
import { Estimate } from './estimate.js';
import { priceOperation, TooMuchWork, type PricedObject } from './priced-selection.js';
import { Evaluation, valueOf, type Variables } from './term.js';

/** A field of an operation on one object type that can come back where it is selected. */
export interface FieldAtPath {
  /** Dotted path of the answer, with `@` for the items of lists. */
  readonly path: string;
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** What it can cost at most with all that is selected of it, on all objects of its path. */
  readonly cost: number;
}

/** Fields of an operation, in its order. */
export interface FieldsByPath {
  readonly fields: readonly FieldAtPath[];
  /** False when there are more. */
  readonly isComplete: boolean;
}

/**
 * Prices the fields that an operation can answer with its variables, apart by path and type.
 *
 * @param most - fields that are looked at
 */
export function priceFieldsByPath(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables | null | undefined, most: number): FieldsByPath {
  try {
    const priced = priceOperation(schema, document, operation);
    const walk = new Walk(schema, new Evaluation(withDefaults(variables, defaultsOf(operation))), most);
    if (priced !== undefined) walk.visit(priced, '', 1);
    return { fields: walk.found, isComplete: walk.found.length < most };
  } catch (error) {
    if (error instanceof TooMuchWork) return { fields: [], isComplete: false };
    throw error;
  }
}

class Walk {
  readonly found: FieldAtPath[] = [];
  private readonly estimate = new Estimate();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly evaluation: Evaluation,
    private readonly most: number,
  ) {}

  visit(object: PricedObject, prefix: string, times: number): void {
    const parent = this.schema.getType(object.type) as GraphQLObjectType;
    for (const [key, priced] of object.fields) {
      if (this.found.length >= this.most) return;
      if (!holdsAny(priced.when, this.evaluation.variables)) continue;
      const { field, node, size, inside } = priced;
      const path = `${prefix}${key}`;
      this.found.push({ path, parent, field, node, cost: atMost(times * valueOf(this.estimate.field(priced), this.evaluation)) });
      if (typeof inside === 'number') continue;
      const below = `${path}.${'@.'.repeat(listsOf(field.type))}`;
      for (const inner of inside.objects) this.visit(inner, below, atMost(times * valueOf(size, this.evaluation)));
    }
  }
}

function atMost(cost: number): number {
  return Math.min(cost, MOST_COST);
}

function listsOf(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? 1 + listsOf(type.ofType) : 0;
}
