import type { FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import type { RequestContext } from '../../../system/shared/contracts/index.js';
import type { Run } from './run.js';

/** A resolver of the schema. */
export type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** How a field is reached in one plan. */
export type FieldAccess =
  | { readonly kind: 'denied' }
  /** The value of the property of the same name. */
  | { readonly kind: 'property' }
  | { readonly kind: 'resolver'; readonly resolve: Resolver };

/** Decides how a field is reached, from all the places that ask for it under one name. */
export type DecideAccess = (parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]) => FieldAccess;

/** What an operation is compiled from. */
export interface Compilation {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly operation: OperationDefinitionNode;
  /** Values of the variables that `@skip` and `@include` name: another value is another plan. */
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly access: DecideAccess;
}

/** Fields of one object that are answered under one name. */
export interface FieldPlace {
  readonly compilation: Compilation;
  readonly parent: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly responseKey: string;
  readonly nodes: readonly FieldNode[];
}

/**
 * Completes a value at the position `key` of `parent`. Throws what makes the position null: who can be null above it catches that.
 * May give a promise.
 */
export type Complete = (run: Run, value: unknown, parent: Path | undefined, key: string | number) => unknown;

/** Answers the selected fields of an object that stands at the position `key` of `parent`; the root stands nowhere. */
export type CompleteObject = (run: Run, source: unknown, parent: Path | undefined, key: string | number | undefined) => unknown;
