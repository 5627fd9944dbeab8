import type { GraphQLSchema } from 'graphql';

/** Called with the schema of now and what of the one before is gone or means something else. */
export type SchemaListener = (schema: GraphQLSchema, changed: ReadonlySet<string>) => void;

const NOTHING: ReadonlySet<string> = new Set();

/** The schema that operations run on now. Swapped as a whole; operations that run keep the one they began with. */
export class LiveSchema {
  private readonly listeners = new Set<SchemaListener>();

  constructor(private schema: GraphQLSchema) {}

  get current(): GraphQLSchema {
    return this.schema;
  }

  /**
   * Puts another schema in the place of this one, before anything else runs.
   * @param changed - coordinates of the schema until now that are gone, or mean something else
   */
  swap(schema: GraphQLSchema, changed: ReadonlySet<string> = NOTHING): void {
    this.schema = schema;
    for (const listener of this.listeners) listener(schema, changed);
  }

  /** Calls back after each swap; gives the function that stops it. */
  onChange(listener: SchemaListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
