import {
  getNamedType, getNullableType, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isListType, isNonNullType, isObjectType, isSpecifiedDirective,
  isSpecifiedScalarType, type GraphQLField, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql';

/** A field of an object or interface type with its coordinate, such as `Query.me`. */
export interface PlacedField {
  readonly coordinate: string;
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Types that the schema itself defines. */
export function ownTypes(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
}

/** Every field of every object and interface type. */
export function allFields(schema: GraphQLSchema): PlacedField[] {
  return ownTypes(schema).flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? fieldsOf(type) : []));
}

/** Fields of the three root types. */
export function rootFields(schema: GraphQLSchema): PlacedField[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) => (type ? fieldsOf(type) : []));
}

function fieldsOf(type: Pick<GraphQLObjectType, 'name' | 'getFields'>): PlacedField[] {
  return Object.values(type.getFields()).map((field) => ({ coordinate: `${type.name}.${field.name}`, parent: type.name, field }));
}

/** Coordinates of everything that could have a description, with whether it has one. */
export function described(schema: GraphQLSchema): { readonly coordinate: string; readonly description: string }[] {
  const found: { coordinate: string; description: string }[] = [];
  const add = (coordinate: string, { description }: { readonly description?: string | null }): void => void found.push({ coordinate, description: description ?? '' });
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of ownTypes(schema)) {
    if (!roots.includes(type)) add(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) add(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) add(`${type.name}.${field.name}`, field);
  }
  for (const { coordinate, field } of allFields(schema)) {
    add(coordinate, field);
    for (const argument of field.args) add(`${coordinate}(${argument.name}:)`, argument);
  }
  for (const directive of schema.getDirectives().filter((each) => !isSpecifiedDirective(each))) {
    add(`@${directive.name}`, directive);
    for (const argument of directive.args) add(`@${directive.name}(${argument.name}:)`, argument);
  }
  return found;
}

/** True for `[Object]` in any nullness. */
export function isListOfObjects({ field }: PlacedField): boolean {
  return isListType(getNullableType(field.type)) && isObjectType(getNamedType(field.type));
}

/** True for a type in the shape of a Relay connection. */
export function isConnection(type: GraphQLNamedType): boolean {
  if (!isObjectType(type)) return false;
  const shape = Object.fromEntries(Object.values(type.getFields()).map(({ name, type: of }) => [name, String(of)]));
  const edge = getNamedType(type.getFields()['edges']?.type);
  if (!isObjectType(edge) || shape['pageInfo'] !== 'PageInfo!' || shape['edges'] !== `[${edge.name}!]!` || shape['totalCount'] !== 'Int') return false;
  const { cursor, node } = edge.getFields();
  return String(cursor?.type) === 'String!' && node !== undefined && isNonNullType(node.type) && isObjectType(getNamedType(node.type));
}
