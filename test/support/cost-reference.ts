import {
  getNamedType, getNullableType, isAbstractType, isInputObjectType, isListType, isObjectType, Kind, valueFromASTUntyped, type ConstDirectiveNode, type FieldNode, type FragmentDefinitionNode,
  type GraphQLArgument, type GraphQLField, type GraphQLInputField, type GraphQLNamedType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode,
  type SelectionSetNode, type ValueNode,
} from 'graphql';

type Annotated = { readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null };
type Field = GraphQLField<unknown, unknown>;
type Sizes = Readonly<Record<string, number>>;

/** The price of an operation by a naive reading: everything is looked at each time, with the variables at hand. Also draws answers. */
export class CostReference {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly variables: Readonly<Record<string, unknown>>;

  constructor(private readonly schema: GraphQLSchema, private readonly operation: OperationDefinitionNode, fragments: readonly FragmentDefinitionNode[], variables: Readonly<Record<string, unknown>>) {
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    const known: Record<string, unknown> = {};
    for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
      known[variable.name.value] = variables[variable.name.value] ?? (defaultValue === undefined ? undefined : valueFromASTUntyped(defaultValue));
    }
    this.variables = known;
  }

  estimate(): number {
    return this.base() + this.fields(this.root(), [this.operation.selectionSet], {});
  }

  /** @param items - how many items a list of at most so many has; @param pick - one of some types */
  answer(items: (most: number) => number, pick: (types: readonly GraphQLObjectType[]) => GraphQLObjectType): { readonly data: unknown; readonly actual: number } {
    const { data, cost } = this.answerOf(this.root(), [this.operation.selectionSet], {}, items, pick);
    return { data, actual: this.base() + cost };
  }

  private root(): GraphQLObjectType {
    return this.schema.getRootType(this.operation.operation) as GraphQLObjectType;
  }

  private base(): number {
    return this.operation.operation === 'mutation' ? 10 : 0;
  }

  private fields(type: GraphQLObjectType, sets: readonly SelectionSetNode[], sizes: Sizes): number {
    return [...this.collect(type, sets)].reduce((total, [, nodes]) => {
      const { field, items, weight, inside } = this.read(type, nodes, sizes);
      const fieldCost = (object: GraphQLObjectType): number => (weight ?? this.typeWeight(object)) + this.fields(object, setsOf(nodes), inside);
      const returned = getNamedType(field.type);
      const possible = this.possible(returned);
      const one = possible.length === 0 ? (weight ?? this.typeWeight(returned)) : Math.max(...possible.map(fieldCost));
      return total + Math.max(0, items.reduce((product, size) => product * size, 1) * Math.max(0, one) + this.inputs(field, nodes[0] as FieldNode));
    }, 0);
  }

  private answerOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], sizes: Sizes, count: (most: number) => number, pick: (types: readonly GraphQLObjectType[]) => GraphQLObjectType): { data: Record<string, unknown>; cost: number } {
    const data: Record<string, unknown> = { __typename: type.name };
    let cost = 0;
    for (const [key, nodes] of this.collect(type, sets)) {
      const { field, items, weight, inside } = this.read(type, nodes, sizes);
      const returned = getNamedType(field.type);
      const possible = this.possible(returned);
      let fieldCost = 0;
      const value = (left: readonly number[]): unknown => {
        const [most, ...rest] = left;
        if (most !== undefined) return Array.from({ length: count(most) }, () => value(rest));
        if (count(5) === 0) return null;
        if (possible.length === 0) {
          fieldCost += Math.max(0, weight ?? this.typeWeight(returned));
          return 1;
        }
        const object = pick(possible);
        const answer = this.answerOf(object, setsOf(nodes), inside, count, pick);
        fieldCost += Math.max(0, (weight ?? this.typeWeight(object)) + answer.cost);
        return answer.data;
      };
      data[key] = value(items);
      cost += Math.max(0, fieldCost + this.inputs(field, nodes[0] as FieldNode));
    }
    return { data, cost };
  }

  // How many items each list around the field has, its weight, and what it says of the lists inside.
  private read(type: GraphQLObjectType, nodes: readonly FieldNode[], sizes: Sizes): { field: Field; items: number[]; weight: number | undefined; inside: Sizes } {
    const node = nodes[0] as FieldNode;
    const field = type.getFields()[node.name.value] as Field;
    const declared = [field, ...type.getInterfaces().flatMap((parent) => parent.getFields()[field.name] ?? [])];
    const weight = declared.map((one) => weightOf(one)).find((one) => one !== undefined);
    const listSize = declared.map((one) => argumentsOf(one, 'listSize')).find((one) => one !== undefined);
    const size = listSize === undefined ? 100 : this.size(listSize, field, node);
    const sizedFields = (listSize?.sizedFields ?? []) as string[];
    const lists = listsOf(field.type);
    const outer = sizes[field.name] ?? (sizedFields.length > 0 ? 100 : size);
    return { field, weight, items: lists === 0 ? [] : [outer, ...Array<number>(lists - 1).fill(100)], inside: Object.fromEntries(sizedFields.map((name) => [name, size])) };
  }

  private size(listSize: Record<string, unknown>, field: Field, node: FieldNode): number {
    const sizes = ((listSize.slicingArguments ?? []) as string[]).map((path) => {
      const [name, ...steps] = path.split('.');
      const argument = field.args.find((one) => one.name === name) as GraphQLArgument;
      const given = node.arguments?.find((one) => one.name.value === name)?.value;
      let value = given === undefined ? argument.defaultValue : this.value(given);
      if (given?.kind === Kind.VARIABLE) value ??= argument.defaultValue;
      let input: GraphQLArgument | GraphQLInputField = argument;
      for (const step of steps) {
        const inner: GraphQLInputField = (getNamedType(input.type) as unknown as { getFields(): Record<string, GraphQLInputField> }).getFields()[step] as GraphQLInputField;
        const outer = value as Record<string, unknown> | null | undefined;
        value = outer === null || outer === undefined ? undefined : outer[step] === undefined ? inner.defaultValue : outer[step];
        input = inner;
      }
      if (value === null || value === undefined) return undefined;
      return Array.isArray(value) ? value.length : Math.max(0, value as number);
    }).filter((size) => size !== undefined);
    return sizes.length === 0 ? ((listSize.assumedSize as number | undefined) ?? 100) : Math.max(...sizes);
  }

  private inputs(field: Field, node: FieldNode): number {
    return field.args.reduce((total, argument) => {
      const given = node.arguments?.find((one) => one.name.value === argument.name)?.value;
      return total + (given === undefined ? 0 : this.input(argument, this.value(given)));
    }, 0);
  }

  private input(input: GraphQLArgument | GraphQLInputField, value: unknown): number {
    if (value === null || value === undefined) return 0;
    if (Array.isArray(value)) return value.reduce<number>((total, item) => total + this.input(input, item), 0);
    const type = getNamedType(input.type);
    const own = weightOf(input) ?? this.typeWeight(type);
    if (!isInputObjectType(type)) return own;
    return Object.entries(value).reduce((total, [name, inner]) => total + this.input(type.getFields()[name] as GraphQLInputField, inner), own);
  }

  private typeWeight(type: GraphQLNamedType): number {
    return weightOf(type as Annotated) ?? (isObjectType(type) || isAbstractType(type) || isInputObjectType(type) ? 1 : 0);
  }

  private collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Map<string, FieldNode[]> {
    const found = new Map<string, FieldNode[]>();
    const visit = (set: SelectionSetNode): void => set.selections.forEach((selection) => {
      const decided = (selection.directives ?? []).every(({ name, arguments: given }) => (this.value(given?.[0]?.value as ValueNode) === true) === (name.value === 'include'));
      if (!decided) return;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        if (selection.name.value !== '__typename') found.set(key, [...(found.get(key) ?? []).filter((node) => node !== selection), selection]);
        return;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? (this.fragments.get(selection.name.value) as FragmentDefinitionNode) : selection;
      if (this.possible(this.schema.getType(fragment.typeCondition?.name.value ?? '')).includes(type)) visit(fragment.selectionSet);
    });
    sets.forEach(visit);
    return found;
  }

  private possible(type: GraphQLNamedType | undefined): readonly GraphQLObjectType[] {
    return isObjectType(type) ? [type] : isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
  }

  private value(node: ValueNode): unknown {
    return valueFromASTUntyped(node, this.variables);
  }
}

function setsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

function argumentsOf({ astNode }: Annotated, directive: string): Record<string, unknown> | undefined {
  const use = astNode?.directives?.find(({ name }) => name.value === directive);
  return use === undefined ? undefined : Object.fromEntries((use.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

function weightOf(element: Annotated): number | undefined {
  return argumentsOf(element, 'cost')?.weight as number | undefined;
}

function listsOf(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listsOf(nullable.ofType as GraphQLOutputType) : 0;
}
