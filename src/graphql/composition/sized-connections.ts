import {
  getNamedType, isInterfaceType, isObjectType, Kind, parseConstValue, type ConstDirectiveNode, type FieldDefinitionNode, type GraphQLField, type GraphQLSchema,
} from 'graphql';
import { DEFAULT_PER_PAGE } from '../../persistence/index.js';
import { CONNECTION_EXTENSION } from '../../system/shared/resolvers/index.js';

const PAGING = ['first', 'last'];

/**
 * Says of every field that returns a connection how many edges it has at most, so that none can be forgotten. Changes the schema itself,
 * which nobody may have seen: a copy takes as long as a tenth of all that composing does.
 */
export function sizeConnections(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) for (const field of Object.values(type.getFields())) size(field);
  }
}

function size(field: GraphQLField<unknown, unknown>): void {
  const directives = field.astNode?.directives ?? [];
  if (getNamedType(field.type).extensions[CONNECTION_EXTENSION] !== true || directives.some((directive) => directive.name.value === 'listSize')) return;
  const astNode = field.astNode ?? { kind: Kind.FIELD_DEFINITION, name: { kind: Kind.NAME, value: field.name }, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: String(field.type) } } } satisfies FieldDefinitionNode;
  field.astNode = { ...astNode, directives: [...directives, listSize(PAGING.filter((name) => field.args.some((argument) => argument.name === name)))] };
}

function listSize(slicingArguments: readonly string[]): ConstDirectiveNode {
  const given = { assumedSize: DEFAULT_PER_PAGE, ...(slicingArguments.length === 0 ? {} : { slicingArguments }), sizedFields: ['edges'], requireOneSlicingArgument: false };
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'listSize' },
    arguments: Object.entries(given).map(([name, value]) => ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: parseConstValue(JSON.stringify(value)) })),
  };
}
