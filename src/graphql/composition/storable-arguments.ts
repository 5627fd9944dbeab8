import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { assertStorable } from '../../system/shared/services/index.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * Refuses text that no row can hold, such as a NUL character, in the arguments of everything that reads, and names the argument;
 * PostgreSQL would refuse the statement and could not. Mutations say it in their payloads.
 */
export function withStorableArguments(schema: GraphQLSchema): GraphQLSchema {
  const mutation = schema.getMutationType()?.name;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: GraphQLFieldConfig<unknown, unknown>, _field, type) => {
      if (type === mutation || Object.keys(config.args ?? {}).length === 0) return config;
      const { resolve = defaultFieldResolver, subscribe } = config;
      return { ...config, resolve: checked(resolve), ...(subscribe === undefined ? {} : { subscribe: checked(subscribe) }) };
    },
  });
}

function checked(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    assertStorable(args, []);
    return resolve(source, args, context, info);
  };
}
