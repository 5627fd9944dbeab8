import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';

/** A resolver of one field. */
export type FragmentResolver = GraphQLFieldResolver<any, RequestContext, any>;

/** What is behind one type: its fields by name; `__resolveType` of an abstract type, values of an enum, functions of a scalar. */
export type FragmentTypeResolvers = Readonly<Record<string, FragmentResolver | { readonly resolve?: FragmentResolver; readonly subscribe?: FragmentResolver } | string | number>>;

/**
 * A part of the schema that does not come from resolver classes. It adds types, and fields to types that exist; it changes nothing
 * that exists. The directives of guards mean in it what they mean on classes.
 */
export interface SchemaFragment {
  /** Names the fragment in errors, and orders it among the others. */
  readonly name: string;
  /** SDL of types and of `extend type`. */
  readonly typeDefs: string;
  /** Type name → what is behind it. Only what the fragment defines; every root field has one. */
  readonly resolvers: Readonly<Record<string, FragmentTypeResolvers>>;
}

/** One thing that keeps a fragment out of the schema. */
export interface FragmentProblem {
  readonly fragment: string;
  /** The element at fault, such as `Query.me`, `User` or `@tag`. */
  readonly coordinate: string;
  readonly message: string;
}
