import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType, isCompositeType, isInputObjectType, isListType, isNonNullType, type GraphQLArgument, type GraphQLEnumType, type GraphQLField, type GraphQLInputField,
  type GraphQLInputObjectType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLScalarType, type GraphQLSchema,
} from 'graphql';
import { OBJECT_WEIGHT } from './defaults.js';
import { inputScorer, type InputScorer } from './input-cost.js';
import { readListSize, type ListSize } from './list-size.js';

/** What the schema says about the price of a field. */
export interface FieldRule {
  /** Weight by `@cost` in place of that of its type. */
  readonly weight?: number;
  /** How many lists are around what it returns. */
  readonly lists: number;
  readonly listSize?: ListSize;
  /** Arguments that can cost something. */
  readonly inputs: readonly { readonly name: string; readonly score: InputScorer }[];
}

type Field = GraphQLField<unknown, unknown>;
type Weighted = Field | GraphQLObjectType | GraphQLScalarType | GraphQLEnumType | GraphQLArgument | GraphQLInputField;

const rulesOf = new WeakMap<GraphQLSchema, CostRules>();

/** Reads `@cost` and `@listSize` of a schema, each element once. */
export class CostRules {
  private readonly fields = new Map<Field, FieldRule>();
  private readonly types = new Map<GraphQLNamedType, number>();
  private readonly scorers = new Map<GraphQLInputObjectType, InputScorer>();

  private constructor(readonly schema: GraphQLSchema) {}

  /** The rules of a schema, kept as long as it is. */
  static of(schema: GraphQLSchema): CostRules {
    const rules = rulesOf.get(schema) ?? new CostRules(schema);
    rulesOf.set(schema, rules);
    return rules;
  }

  /** The rule of a field: what the field itself says, else what it says on an interface of its type. */
  field(parent: GraphQLObjectType, field: Field): FieldRule {
    const known = this.fields.get(field);
    if (known !== undefined) return known;
    const declarations = [field, ...parent.getInterfaces().flatMap((type) => type.getFields()[field.name] ?? [])];
    const rule = {
      weight: first(declarations, (declared) => this.weight(declared)),
      lists: listsAround(field.type),
      listSize: first(declarations, (declared) => readListSize(this.schema, declared)),
      inputs: field.args.flatMap((argument) => {
        const score = this.scorer(argument);
        return score === undefined ? [] : [{ name: argument.name, score }];
      }),
    };
    this.fields.set(field, rule);
    return rule;
  }

  /** What one value of a type costs, in an answer or as an argument. */
  type(type: GraphQLNamedType): number {
    const known = this.types.get(type);
    if (known !== undefined) return known;
    const weight = this.weight(type as Weighted) ?? (isCompositeType(type) || isInputObjectType(type) ? OBJECT_WEIGHT : 0);
    this.types.set(type, weight);
    return weight;
  }

  private weight(element: Weighted): number | undefined {
    return getDirective(this.schema, element, 'cost')?.[0]?.['weight'] as number | undefined;
  }

  // Undefined for what never costs anything: most arguments.
  private scorer(input: GraphQLArgument | GraphQLInputField): InputScorer | undefined {
    const type = getNamedType(input.type);
    const weight = this.weight(input) ?? this.type(type);
    const inside = isInputObjectType(type) ? this.inside(type) : undefined;
    return weight === 0 && inside === undefined ? undefined : inputScorer(weight, inside);
  }

  // Input types may hold themselves, so their fields are read when the first value comes.
  private inside(type: GraphQLInputObjectType): InputScorer {
    const known = this.scorers.get(type);
    if (known !== undefined) return known;
    let fields: readonly (readonly [string, InputScorer])[] | undefined;
    const scorer: InputScorer = (value, depth) => {
      fields ??= Object.values(type.getFields()).flatMap((field) => {
        const score = this.scorer(field);
        return score === undefined ? [] : [[field.name, score] as const];
      });
      const given = value as Readonly<Record<string, unknown>>;
      return fields.reduce((total, [name, score]) => (Object.hasOwn(given, name) ? total + score(given[name], depth) : total), 0);
    };
    this.scorers.set(type, scorer);
    return scorer;
  }
}

function first<T, R>(from: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of from) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listsAround(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsAround(type.ofType);
  return isListType(type) ? 1 + listsAround(type.ofType) : 0;
}
