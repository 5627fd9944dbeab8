import { composeSchema, printComposedSchema, type ComposedSchema } from '../graphql/index.js';
import { builtInResolvers } from './capabilities.js';

let composed: Promise<ComposedSchema> | undefined;

/** The schema of the built-in capabilities; composed once per process, because type-graphql keeps its metadata for the process. */
export function builtInSchema(): Promise<ComposedSchema> {
  composed ??= composeSchema(builtInResolvers);
  return composed;
}

/** The text of `schema.graphql`. */
export async function printBuiltInSchema(): Promise<string> {
  return printComposedSchema((await builtInSchema()).raw);
}
