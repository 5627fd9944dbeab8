import { getNamedType, isAbstractType, isLeafType, isObjectType, isRequiredArgument, type GraphQLField, type GraphQLNamedType, type GraphQLSchema } from 'graphql';

/** Text of a selection of everything that a type has, `depth` levels of objects down; fields that need arguments are left out. */
export function selectAll(schema: GraphQLSchema, type: GraphQLNamedType, depth = 5): string {
  if (isObjectType(type)) return selectFields(schema, Object.values(type.getFields()), depth);
  if (!isAbstractType(type)) return '';
  const possible = schema.getPossibleTypes(type);
  // Below an abstract type, fields of one name must have one type.
  const parts = possible.map((each) => {
    const mergeable = Object.values(each.getFields()).filter(({ name, type: own }) => possible.every((other) => String(other.getFields()[name]?.type ?? own) === String(own)));
    return `... on ${each.name} ${selectFields(schema, mergeable, 1)}`;
  });
  return `{ __typename ${parts.join(' ')} }`;
}

function selectFields(schema: GraphQLSchema, fields: readonly GraphQLField<unknown, unknown>[], depth: number): string {
  const parts = fields.filter(({ args }) => !args.some(isRequiredArgument)).flatMap((field) => {
    const type = getNamedType(field.type);
    if (isLeafType(type)) return [field.name];
    return depth > 1 ? [`${field.name} ${selectAll(schema, type, depth - 1)}`] : [];
  });
  return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`;
}
