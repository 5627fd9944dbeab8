import { Kind, valueFromASTUntyped, visit, BREAK, type FieldNode, type ValueNode } from 'graphql';
import { MOST_COST } from './defaults.js';
import { sum, type Term } from './term.js';

/** Deepest value that is looked into: what nests deeper costs the most there is, which refuses it. */
const DEEPEST_INPUT = 100;

/** Gives the cost of a value of an argument or input field; `depth` counts what is around it. */
export type InputScorer = (value: unknown, depth: number) => number;

/**
 * Prices values: each item of a list by itself, null and absent not at all.
 *
 * @param inside - prices the fields of an input object
 */
export function inputScorer(weight: number, inside: InputScorer | undefined): InputScorer {
  const score: InputScorer = (value, depth) => {
    if (value === null || value === undefined) return 0;
    if (depth > DEEPEST_INPUT) return MOST_COST;
    if (Array.isArray(value)) return value.reduce<number>((total, item) => Math.min(total + score(item, depth + 1), MOST_COST), 0);
    return inside === undefined || typeof value !== 'object' ? weight : Math.min(weight + inside(value, depth + 1), MOST_COST);
  };
  return score;
}

/** What the arguments of a field cost as they are given. */
export function inputTerm(node: FieldNode, inputs: readonly { readonly name: string; readonly score: InputScorer }[]): Term {
  return sum(inputs.map(({ name, score }): Term => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value === undefined) return 0;
    if (!holdsVariable(value)) return score(valueFromASTUntyped(value), 0);
    return ({ variables }) => score(valueFromASTUntyped(value, variables), 0);
  }));
}

/** True for a value that is known only with its variables. */
export function holdsVariable(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return value.kind === Kind.VARIABLE || found;
}
