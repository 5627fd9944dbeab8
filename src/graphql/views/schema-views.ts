import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { Requirements } from '../directives/index.js';
import { pruneSchema } from './prune-schema.js';
import { SchemaClauses, type HeldClauses } from './schema-clauses.js';
import { SchemaView } from './schema-view.js';

/** Where the schema of now is. */
export interface SchemaSource {
  readonly current: GraphQLSchema;
  onChange(listener: () => void): () => void;
}

/** Most views that are kept; a caller with yet other rights has the least recently used one made room. */
export const MOST_VIEWS = 64;

/** Views of the schema of now, one per set of clauses that hold; made when somebody looks, kept until the schema changes. */
export class SchemaViews {
  private clauses: SchemaClauses | undefined;
  // Oldest use first.
  private readonly views = new Map<string, SchemaView | undefined>();
  private builtSoFar = 0;

  constructor(
    private readonly source: SchemaSource,
    private readonly most = MOST_VIEWS,
  ) {
    source.onChange(() => {
      this.clauses = undefined;
      this.views.clear();
    });
  }

  /** What a caller may use, decided for this request; undefined when that is no schema. */
  of(context: RequestContext): SchemaView | undefined {
    const { requirements, held } = this.read(context);
    const { key } = held;
    const view = this.views.has(key) ? this.views.get(key) : this.build(requirements, held);
    this.views.delete(key);
    this.views.set(key, view);
    if (this.views.size > this.most) this.views.delete(this.views.keys().next().value as string);
    return view;
  }

  /** True for a caller from whom nothing of the schema is withheld. */
  seesEverything(context: RequestContext): boolean {
    return this.read(context).held.all;
  }

  /** Number of views that are kept. */
  get size(): number {
    return this.views.size;
  }

  /** Number of views that were built since the start. */
  get built(): number {
    return this.builtSoFar;
  }

  private build(requirements: Requirements, held: HeldClauses): SchemaView | undefined {
    this.builtSoFar++;
    const schema = pruneSchema(requirements, held);
    return schema && new SchemaView(schema);
  }

  private read(context: RequestContext): { readonly requirements: Requirements; readonly held: HeldClauses } {
    this.clauses ??= new SchemaClauses(new Requirements(this.source.current));
    return { requirements: this.clauses.requirements, held: this.clauses.heldBy(context) };
  }
}
