import {
  getNamedType, isAbstractType, TypeInfo, visit, visitWithTypeInfo, type FieldNode, type GraphQLResolveInfo, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql';

const cache = new WeakMap<OperationDefinitionNode, ReadonlyMap<FieldNode, string>>();

/**
 * Name of the interface or union on which each field of an operation is selected; fields selected on object types are absent. A
 * field inside `... on Concrete` counts as selected on the object type.
 */
export function abstractParents(info: Pick<GraphQLResolveInfo, 'schema' | 'operation' | 'fragments'>): ReadonlyMap<FieldNode, string> {
  const known = cache.get(info.operation);
  if (known !== undefined) return known;
  const parents = new Map<FieldNode, string>();
  for (const definition of [info.operation, ...Object.values(info.fragments)]) collect(info.schema, definition, parents);
  cache.set(info.operation, parents);
  return parents;
}

function collect(schema: GraphQLSchema, definition: Parameters<typeof visit>[0], parents: Map<FieldNode, string>): void {
  const types = new TypeInfo(schema);
  visit(definition, visitWithTypeInfo(types, {
    Field(node) {
      const parent = types.getParentType();
      if (parent !== null && parent !== undefined && isAbstractType(getNamedType(parent))) parents.set(node, parent.name);
    },
  }));
}
