import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import type { PrepareField } from '../directives/index.js';
import { assertStorable } from '../../system/shared/services/index.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Refuses text that no row can hold, such as a NUL character, in the arguments of everything that reads, and names the argument;
 * PostgreSQL would refuse the statement and could not. Mutations say it in their payloads.
 */
export function storableArguments(schema: GraphQLSchema): PrepareField {
  const mutation = schema.getMutationType()?.name;
  return (config, typeName) => {
    if (typeName === mutation || Object.keys(config.args ?? {}).length === 0) return config;
    const { resolve = defaultFieldResolver, subscribe } = config;
    return { ...config, resolve: checked(resolve), ...(subscribe === undefined ? {} : { subscribe: checked(subscribe) }) };
  };
}

function checked(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    assertStorable(args, []);
    return resolve(source, args, context, info);
  };
}
