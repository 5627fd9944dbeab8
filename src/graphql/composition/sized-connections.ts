import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { getNamedType, Kind, parseConstValue, type ConstDirectiveNode, type FieldDefinitionNode, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import { DEFAULT_PER_PAGE } from '../../persistence/index.js';
import { CONNECTION_EXTENSION } from '../../system/shared/resolvers/index.js';

const PAGING = ['first', 'last'];

/** Says of every field that returns a connection how many edges it has at most, so that none can be forgotten. */
export function withSizedConnections(schema: GraphQLSchema): GraphQLSchema {
  const sized = (config: GraphQLFieldConfig<unknown, unknown>, name: string): GraphQLFieldConfig<unknown, unknown> => {
    const directives = config.astNode?.directives ?? [];
    if (getNamedType(config.type).extensions[CONNECTION_EXTENSION] !== true || directives.some((directive) => directive.name.value === 'listSize')) return config;
    const astNode = config.astNode ?? { kind: Kind.FIELD_DEFINITION, name: { kind: Kind.NAME, value: name }, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: String(config.type) } } } satisfies FieldDefinitionNode;
    return { ...config, astNode: { ...astNode, directives: [...directives, listSize(PAGING.filter((argument) => config.args?.[argument] !== undefined))] } };
  };
  return mapSchema(schema, { [MapperKind.OBJECT_FIELD]: sized, [MapperKind.INTERFACE_FIELD]: sized });
}

function listSize(slicingArguments: readonly string[]): ConstDirectiveNode {
  const given = { assumedSize: DEFAULT_PER_PAGE, ...(slicingArguments.length === 0 ? {} : { slicingArguments }), sizedFields: ['edges'], requireOneSlicingArgument: false };
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'listSize' },
    arguments: Object.entries(given).map(([name, value]) => ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: parseConstValue(JSON.stringify(value)) })),
  };
}
