import { composeSchema, printComposedSchema, withFragments, type ComposedSchema, type SchemaFragment } from '../graphql/index.js';
import { builtInResolvers } from './capabilities.js';

let composed: Promise<ComposedSchema> | undefined;

/**
 * The schema of the built-in capabilities, with fragments added if there are any. Its core is composed once per process, because
 * type-graphql keeps its metadata for the process.
 */
export async function builtInSchema(fragments: readonly SchemaFragment[] = []): Promise<ComposedSchema> {
  composed ??= composeSchema(builtInResolvers);
  return withFragments(await composed, fragments);
}

/** The text of `schema.graphql`. */
export async function printBuiltInSchema(): Promise<string> {
  return printComposedSchema((await builtInSchema()).raw);
}
