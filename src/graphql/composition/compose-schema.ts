import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema, type NonEmptyArray } from 'type-graphql';
import { guardSchema, schemaDirectives } from '../directives/index.js';
import { assertCostDirectives } from '../limits/index.js';
import { addFragments } from './add-fragments.js';
import { NodeResolver } from './node-resolver.js';
import type { SchemaFragment } from './schema-fragment.js';
import { sizeConnections } from './sized-connections.js';
import { storableArguments } from './storable-arguments.js';
import { VersionResolver } from './version-resolver.js';

/** The schema of a process: what clients see, with guards; and the raw one, only for tests of the guards and for printing. */
export interface ComposedSchema {
  /** Every guarded resolver is wrapped; the only schema that operations run on. */
  readonly guarded: GraphQLSchema;
  /** The same schema before the guards were put around its resolvers. */
  readonly raw: GraphQLSchema;
}

// Every subscription brings its own stream; the library wants to see a publisher all the same.
const noPublisher = { publish: () => undefined, subscribe: () => { throw new Error('subscriptions bring their own stream'); } };

/**
 * Builds the schema of the built-in capabilities. type-graphql keeps its metadata for the whole process, so this is called once and
 * everything else is derived from the result.
 *
 * @param resolvers - resolver classes that the capabilities contributed
 */
export async function composeSchema(resolvers: readonly Function[]): Promise<ComposedSchema> {
  const raw = await buildSchema({
    resolvers: [NodeResolver, VersionResolver, ...resolvers] as unknown as NonEmptyArray<Function>,
    directives: [...schemaDirectives],
    orphanedTypes: [],
    validate: false,
    pubSub: noPublisher,
  });
  return withGuards(raw);
}

/**
 * The schema with fragments added before the guards are put on, so that they guard fragments as they guard classes.
 *
 * @throws PolityError `CAPABILITY_INVALID` naming fragments and coordinates; nothing is composed then
 */
export function withFragments(core: ComposedSchema, fragments: readonly SchemaFragment[]): ComposedSchema {
  return fragments.length === 0 ? core : withGuards(addFragments(core.raw, fragments));
}

// Of a schema that was made for this and that nobody has seen.
function withGuards(raw: GraphQLSchema): ComposedSchema {
  sizeConnections(raw);
  assertCostDirectives(raw);
  return { raw, guarded: guardSchema(raw, storableArguments(raw)) };
}
