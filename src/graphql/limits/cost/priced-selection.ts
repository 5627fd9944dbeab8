import { getNamedType, isAbstractType, isObjectType, Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { FieldCollector, type FieldGroup, type Part } from './collect-fields.js';
import { ALWAYS, type Condition } from './condition.js';
import { CostRules } from './cost-rules.js';
import { DEFAULT_LIST_SIZE, MOST_COST } from './defaults.js';
import { inputTerm } from './input-cost.js';
import { sizeTerm } from './list-size.js';
import { product, type Term } from './term.js';

/** Most selections that are looked at for one operation, each once per type that it can stand on. */
const MOST_WORK = 100_000;

/** A field of an operation with what it costs, apart from what is selected of it. */
export interface PricedField {
  readonly field: GraphQLField<unknown, unknown>;
  /** The first selection of it. */
  readonly node: FieldNode;
  /** The field is answered when one of these holds. */
  readonly when: readonly Condition[];
  /** Weight of one item, in place of that of its type. */
  readonly weight?: number;
  /** Items of all lists around it together. */
  readonly size: Term;
  readonly inputs: Term;
  /** Weight of a value without fields, or what is selected of an object. */
  readonly inside: number | PricedSelection;
}

/** What is selected of objects of one type. */
export interface PricedObject {
  readonly type: string;
  readonly weight: number;
  readonly fields: ReadonlyMap<string, PricedField>;
  readonly keys: ReadonlySet<string>;
}

/** What is selected where one of some object types comes back. */
export interface PricedSelection {
  readonly objects: readonly PricedObject[];
}

/** Thrown for an operation that takes too much work to price. */
export class TooMuchWork extends Error {}

/**
 * Prices every selection of a validated operation.
 * @throws TooMuchWork
 */
export function priceOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): PricedObject | undefined {
  const root = schema.getRootType(operation.operation);
  if (root === null || root === undefined) return undefined;
  return new Pricing(schema, document).object(root, [{ set: operation.selectionSet, when: ALWAYS }], new Map());
}

/** Sizes that a connection gives to lists of its own, by the name of their field. */
type Sizes = ReadonlyMap<string, Term>;

class Pricing {
  private readonly rules: CostRules;
  private readonly collector: FieldCollector;
  private readonly known = new Map<string, PricedSelection>();
  private readonly numbers = new Map<unknown, number>();
  private work = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    const fragments = new Map(document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
    this.rules = CostRules.of(schema);
    this.collector = new FieldCollector(schema, fragments, (fields) => this.spend(fields));
  }

  object(type: GraphQLObjectType, parts: readonly Part[], sizes: Sizes): PricedObject {
    const { groups, keys } = this.collector.collect(parts, type);
    this.spend(groups.size + 1);
    return { type: type.name, weight: this.rules.type(type), keys, fields: new Map([...groups].map(([key, group]) => [key, this.field(type, group, sizes)])) };
  }

  private field(parent: GraphQLObjectType, { field, node, when, parts }: FieldGroup, sizes: Sizes): PricedField {
    const rule = this.rules.field(parent, field);
    const coordinate = `${parent.name}.${field.name}`;
    const bounds = rule.listSize?.sizedFields ?? [];
    const own = bounds.length > 0 || rule.lists > 0 ? sizeTerm(rule.listSize, field, node, coordinate) : 1;
    const given = sizes.get(field.name);
    const items = given ?? (bounds.length > 0 ? DEFAULT_LIST_SIZE : own);
    const inside = this.inside(field.type, parts, new Map(bounds.map((name) => [name, own])));
    return { field, node, when, weight: rule.weight, size: rule.lists === 0 ? 1 : product(items, DEFAULT_LIST_SIZE ** (rule.lists - 1)), inputs: inputTerm(node, rule.inputs), inside };
  }

  // The same selections of the same type cost the same, whatever they hang on: fragments and possible types would multiply otherwise.
  private inside(returned: GraphQLOutputType, parts: readonly Part[], sizes: Sizes): number | PricedSelection {
    const type = getNamedType(returned);
    if (!isObjectType(type) && !isAbstractType(type)) return this.rules.type(type);
    const key = [type.name, ...parts.map(({ set, when }) => `${this.number(set)}?${when?.join('&')}`).toSorted(), ...[...sizes].map(([name, size]) => `${name}*${this.number(size)}`)].join(' ');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const possible = isObjectType(type) ? [type] : this.schema.getPossibleTypes(type);
    if (possible.length === 0) return this.rules.type(type);
    const selection = { objects: possible.map((object) => this.object(object, parts, sizes)) };
    this.known.set(key, selection);
    return selection;
  }

  private number(thing: unknown): number {
    const number = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, number);
    return number;
  }

  private spend(work: number): void {
    this.work += work;
    if (this.work > MOST_WORK) throw new TooMuchWork('the operation has too many selections to price');
  }
}

/** What an operation costs that took too much work to price: the most, which refuses it. */
export const UNPRICED = MOST_COST;
