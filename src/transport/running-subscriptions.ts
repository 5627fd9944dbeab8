import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { touchedCoordinates } from '../graphql/index.js';
import { PolityError } from '../kernel/errors/index.js';
import type { LiveSchema } from './live-schema.js';

const MOST_NAMED = 10;

/** A subscription that runs, on the schema that it began with. */
export interface RunningSubscription {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Ends it with an error; called once at most. */
  end(reason: PolityError): void;
}

/**
 * The subscriptions of this node. One that touches what a swap of the schema has removed or changed is ended with the reason before
 * anything else runs; all others go on as they began.
 */
export class RunningSubscriptions {
  private readonly running = new Set<RunningSubscription>();

  constructor(live: LiveSchema) {
    live.onChange((_schema, changed) => this.endThose(changed));
  }

  /** Number of subscriptions that run. */
  get size(): number {
    return this.running.size;
  }

  /** Takes a subscription over as it begins; gives the function to call at its end. */
  begin(subscription: RunningSubscription): () => void {
    this.running.add(subscription);
    return () => this.running.delete(subscription);
  }

  private endThose(changed: ReadonlySet<string>): void {
    if (changed.size === 0) return;
    // Found out now, and once for all that are the same: kept with each, it would be a weight on every subscription for the sake of few.
    const known = new Map<string, readonly string[]>();
    for (const subscription of this.running) {
      const touched = changesOf(subscription, changed, known);
      if (touched.length === 0) continue;
      this.running.delete(subscription);
      subscription.end(schemaChanged(touched));
    }
  }
}

function changesOf({ schema, document, operation }: RunningSubscription, changed: ReadonlySet<string>, known: Map<string, readonly string[]>): readonly string[] {
  const text = document.loc?.source.body;
  const key = JSON.stringify([operation.name?.value, text]);
  const found = (text === undefined ? undefined : known.get(key)) ?? [...touchedCoordinates(schema, document, operation)].filter((coordinate) => changed.has(coordinate)).toSorted();
  known.set(key, found);
  return found;
}

function schemaChanged(coordinates: readonly string[]): PolityError {
  const named = coordinates.slice(0, MOST_NAMED);
  const more = coordinates.length - named.length;
  return new PolityError('SCHEMA_CHANGED', `The schema has changed in what this subscription selects: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}. Subscribe again.`, { details: { coordinates: named } });
}
