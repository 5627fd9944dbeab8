import type { GraphQLSchema } from 'graphql';

/** The schema that operations run on now. Swapped as a whole; operations that run keep the one they began with. */
export class LiveSchema {
  private readonly listeners = new Set<(schema: GraphQLSchema) => void>();

  constructor(private schema: GraphQLSchema) {}

  get current(): GraphQLSchema {
    return this.schema;
  }

  swap(schema: GraphQLSchema): void {
    this.schema = schema;
    for (const listener of this.listeners) listener(schema);
  }

  /** Calls back after each swap; gives the function that stops it. */
  onChange(listener: (schema: GraphQLSchema) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
