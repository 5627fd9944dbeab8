import type { GraphQLResolveInfo } from 'graphql';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { FieldPlace } from './compilation.js';
import type { Run } from './run.js';

/** What resolvers are told about the execution, for a field of the object at a path. */
export function resolveInfo({ compilation, parent, definition, responseKey, nodes }: FieldPlace, run: Run, at: Path | undefined): GraphQLResolveInfo {
  const { schema, fragments, operation } = compilation;
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType: parent,
    path: addPath(at, responseKey, parent.name),
    schema,
    fragments,
    rootValue: run.rootValue,
    operation,
    variableValues: run.variables as Record<string, unknown>,
  };
}
