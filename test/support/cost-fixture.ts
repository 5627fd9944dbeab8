import { makeExecutableSchema } from '@graphql-tools/schema';
import { getOperationAST, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { compileCost, type OperationCost } from '../../src/graphql/index.js';
import { directivesSdl } from './graphql-fixture.js';

/** A schema with the directives of cost, without resolvers. */
export function costSchema(sdl: string): GraphQLSchema {
  return makeExecutableSchema({ typeDefs: `${directivesSdl}\n${sdl}` });
}

/** The cost of one valid operation. */
export function compiled(schema: GraphQLSchema, source: string, operationName?: string): OperationCost {
  const document = parse(source);
  const errors = validate(schema, document, specifiedRules);
  const operation = getOperationAST(document, operationName);
  if (errors.length > 0 || operation === null || operation === undefined) throw new Error(`not valid: ${errors.join()}`);
  return compileCost(schema, document, operation);
}
