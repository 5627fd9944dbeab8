import { GraphQLError, responsePathAsArray, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';

/**
 * Gives thrown errors their place in the answer. graphql-js does that by itself, except for errors that have a list in `path`: it
 * takes them for located ones, and our own errors keep the path of the input there.
 */
export function locateErrors<Context>(resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> {
  return (source, args, context, info) => {
    try {
      const result: unknown = resolve(source, args, context, info);
      return result instanceof Promise ? settled(result, info) : result;
    } catch (error) {
      throw located(error, info);
    }
  };
}

async function settled(result: Promise<unknown>, info: GraphQLResolveInfo): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    throw located(error, info);
  }
}

function located(error: unknown, info: GraphQLResolveInfo): unknown {
  if (!(error instanceof Error) || error instanceof GraphQLError || !('path' in error) || !Array.isArray(error.path)) return error;
  return new GraphQLError(error.message, { nodes: info.fieldNodes, path: responsePathAsArray(info.path), originalError: error });
}
