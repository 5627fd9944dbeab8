import { getNamedType, getNullableType, isInputObjectType, isListType, Kind, valueFromASTUntyped, type FieldNode, type GraphQLArgument, type GraphQLField, type GraphQLInputField, type ValueNode } from 'graphql';
import { saturated } from './defaults.js';
import { holdsVariable } from './input-cost.js';
import type { Evaluation } from './term.js';

type Input = GraphQLArgument | GraphQLInputField;

/** One slicing argument of a field as an operation gives it. */
export interface Slice {
  /** True when no variable changes it. */
  readonly isConstant: boolean;
  /** True when the operation gives the argument, as a literal or by a variable. */
  isGiven(evaluation: Evaluation | undefined): boolean;
  /** Items that it asks for; undefined when it does not say. */
  size(evaluation: Evaluation | undefined): number | undefined;
}

/**
 * Reads a slicing argument.
 *
 * @param path - an argument, or a dotted path into its input object
 */
export function sliceOf(path: string, field: GraphQLField<unknown, unknown>, node: FieldNode): Slice {
  const inputs = inputsAlong(path, field);
  const [argument, ...steps] = inputs;
  const leaf = inputs.at(-1);
  const toSize = (value: unknown): number | undefined => sizeOf(value, leaf !== undefined && isListType(getNullableType(leaf.type)));
  let value = node.arguments?.find(({ name }) => name.value === argument?.name)?.value;
  let depth = 0;
  for (; value?.kind === Kind.OBJECT && depth < steps.length; depth++) {
    const { name } = steps[depth] as Input;
    value = value.fields.find((given) => given.name.value === name)?.value;
  }
  const rest = steps.slice(depth);
  const fallback = valueAt(inputs[depth]?.defaultValue, rest);
  if (value === undefined) return constant(false, toSize(fallback));
  if (value.kind === Kind.NULL || (rest.length > 0 && value.kind !== Kind.VARIABLE)) return constant(false, undefined);
  if (!holdsVariable(value)) return constant(true, toSize(valueFromASTUntyped(value)));
  const given: ValueNode = value;
  const read = (evaluation: Evaluation | undefined): unknown => valueFromASTUntyped(given, evaluation?.variables);
  return {
    isConstant: false,
    isGiven: (evaluation) => rest.length === 0 || isThere(valueAt(read(evaluation), rest, false)),
    size: (evaluation) => {
      const found = read(evaluation);
      return toSize(isThere(found) ? valueAt(found, rest) : fallback);
    },
  };
}

/** The argument and the input fields that a path names, as far as they exist. */
export function inputsAlong(path: string, field: GraphQLField<unknown, unknown>): Input[] {
  const [name, ...steps] = path.split('.');
  const found: (Input | undefined)[] = [field.args.find((argument) => argument.name === name)];
  for (const step of steps) {
    const type = getNamedType(found.at(-1)?.type);
    found.push(isInputObjectType(type) ? type.getFields()[step] : undefined);
  }
  return found.filter((input) => input !== undefined);
}

function constant(isGiven: boolean, size: number | undefined): Slice {
  return { isConstant: true, isGiven: () => isGiven, size: () => size };
}

// An absent field of an input object has its default.
function valueAt(value: unknown, steps: readonly Input[], withDefaults = true): unknown {
  return steps.reduce<unknown>((outer, { name, defaultValue }) => {
    if (typeof outer !== 'object' || outer === null) return undefined;
    const inner = Object.hasOwn(outer, name) ? (outer as Record<string, unknown>)[name] : undefined;
    return inner === undefined && withDefaults ? defaultValue : inner;
  }, value);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

// A list bounds an answer by its length; a single value counts as a list of one.
function sizeOf(value: unknown, isList: boolean): number | undefined {
  if (!isThere(value)) return undefined;
  if (isList) return Array.isArray(value) ? value.length : 1;
  return typeof value === 'number' && !Number.isNaN(value) ? saturated(value) : undefined;
}
