import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { printComposedSchema } from '../composition/print-schema.js';

/** What one set of rights sees of the schema. */
export class SchemaView {
  private printed: { readonly sdl: string; readonly hash: string } | undefined;

  constructor(readonly schema: GraphQLSchema) {}

  /** The SDL with descriptions and directives, in a stable order; printed when first asked for. */
  get sdl(): string {
    return this.print().sdl;
  }

  /** SHA-256 of the SDL, base64url. */
  get hash(): string {
    return this.print().hash;
  }

  private print(): { readonly sdl: string; readonly hash: string } {
    if (this.printed !== undefined) return this.printed;
    const sdl = printComposedSchema(this.schema);
    this.printed = { sdl, hash: createHash('sha256').update(sdl).digest('base64url') };
    return this.printed;
  }
}
