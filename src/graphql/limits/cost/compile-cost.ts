import { valueFromASTUntyped, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, type OperationTypeNode } from 'graphql';
import { actualCost } from './actual.js';
import { estimateTerm } from './estimate.js';
import { priceOperation, TooMuchWork, UNPRICED, type PricedObject } from './priced-selection.js';
import { Evaluation, type Variables } from './term.js';

/** The price of one operation: made once for a schema, a document and an operation, asked with the variables of each request. */
export interface OperationCost {
  readonly type: OperationTypeNode;
  /** The estimate, where no variable changes it. */
  readonly fixed: number | undefined;
  /**
   * What the operation can cost at most. Variables count as they were sent: absent ones and null have their defaults.
   * @throws GraphQLError `GRAPHQL_VALIDATION_FAILED` where a list requires exactly one slicing argument that is not given.
   */
  estimate(variables?: Variables | null): number;
  /** What an answer did cost. */
  actual(data: unknown, variables?: Variables | null): number;
}

/**
 * Compiles the cost of an operation that has passed validation. What does not depend on variables is folded into a number; an
 * operation that takes too much work to price costs the most there is.
 */
export function compileCost(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationCost {
  const type = operation.operation;
  const price = (): PricedObject | undefined | null => {
    try {
      return priceOperation(schema, document, operation);
    } catch (error) {
      if (error instanceof TooMuchWork) return null;
      throw error;
    }
  };
  const priced = price();
  const term = priced === null ? UNPRICED : estimateTerm(type, priced);
  const defaults = defaultsOf(operation);
  // Few operations are ever asked what they did cost; the others keep nothing for it.
  let kept: PricedObject | undefined | null;
  let isKept = false;
  return {
    type,
    fixed: typeof term === 'number' ? term : undefined,
    estimate: (variables) => (typeof term === 'number' ? term : term(new Evaluation(withDefaults(variables, defaults)))),
    actual(data, variables) {
      if (!isKept) {
        kept = price();
        isKept = true;
      }
      if (kept === null) return UNPRICED;
      return actualCost(type, kept, data, new Evaluation(withDefaults(variables, defaults)));
    },
  };
}

const costs = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, OperationCost>>();

/** The cost of an operation, compiled when it is first asked for and kept as long as its document. */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationCost {
  const known = costs.get(schema) ?? new WeakMap<OperationDefinitionNode, OperationCost>();
  costs.set(schema, known);
  const cost = known.get(operation) ?? compileCost(schema, document, operation);
  known.set(operation, cost);
  return cost;
}

/** Defaults of an operation's variables; undefined when there are none. */
export function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables | undefined {
  const entries = variableDefinitions.flatMap(({ variable, defaultValue }) => (defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const]));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Variables as they count for a cost: absent ones and null have their defaults. */
export function withDefaults(variables: Variables | null | undefined, defaults: Variables | undefined): Variables {
  if (defaults === undefined) return variables ?? {};
  const given = Object.entries(variables ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
