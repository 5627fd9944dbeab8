import {
  getNamedType, isAbstractType, isCompositeType, isInputObjectType, separateOperations, typeFromAST, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type FieldNode,
  type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema, type NamedTypeNode, type OperationDefinitionNode, type TypeNode,
} from 'graphql';

/**
 * Schema coordinates that an operation stands on: the fields that it selects, on every type that can come back there; their arguments
 * that are given or have a default; the types that they return; and all of the input types that values of it have.
 *
 * @param document - valid on the schema
 */
export function touchedCoordinates(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): ReadonlySet<string> {
  const touched = new Touched(schema);
  const own = separateOperations(document)[operation.name?.value ?? ''] as DocumentNode;
  const types = new TypeInfo(schema);
  visit(own, visitWithTypeInfo(types, {
    Field: (node) => touched.field(types.getParentType(), types.getFieldDef(), node),
    InlineFragment: ({ typeCondition }) => touched.condition(typeCondition),
    FragmentDefinition: ({ typeCondition }) => touched.condition(typeCondition),
    VariableDefinition: ({ type }) => touched.variable(type),
  }));
  return touched.coordinates;
}

class Touched {
  readonly coordinates = new Set<string>();

  constructor(private readonly schema: GraphQLSchema) {}

  field(parent: GraphQLCompositeType | null | undefined, field: GraphQLField<unknown, unknown> | null | undefined, node: FieldNode): void {
    if (!parent || !field) return;
    const given = new Set(node.arguments?.map(({ name }) => name.value));
    const used = field.args.filter(({ name, defaultValue }) => given.has(name) || defaultValue !== undefined);
    const parents = isAbstractType(parent) ? [parent, ...this.schema.getPossibleTypes(parent)] : [parent];
    for (const { name } of parents) {
      this.coordinates.add(name).add(`${name}.${field.name}`);
      for (const argument of used) this.coordinates.add(`${name}.${field.name}(${argument.name}:)`);
    }
    for (const argument of used) this.input(argument.type);
    this.coordinates.add(getNamedType(field.type).name);
  }

  condition(node: NamedTypeNode | undefined): void {
    const type = node && typeFromAST(this.schema, node);
    if (isCompositeType(type)) this.coordinates.add(type.name);
  }

  variable(node: TypeNode): void {
    this.input(typeFromAST(this.schema, node as NamedTypeNode) as GraphQLInputType | undefined);
  }

  input(type: GraphQLInputType | null | undefined): void {
    const named = type && getNamedType(type);
    if (!named || this.coordinates.has(named.name)) return;
    this.coordinates.add(named.name);
    if (!isInputObjectType(named)) return;
    for (const field of Object.values(named.getFields())) {
      this.coordinates.add(`${named.name}.${field.name}`);
      this.input(field.type);
    }
  }
}
