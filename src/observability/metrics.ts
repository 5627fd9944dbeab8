/** One HTTP request that was answered. */
export interface HttpRequestSample {
  readonly method: string;
  /** The route as declared, such as `/graphql`; never the path with ids in it. */
  readonly route: string;
  readonly status: number;
  /** Time from the request's arrival to the end of its answer, in seconds. */
  readonly seconds: number;
}

/** Kind of an executed operation; `unknown` when the document could not be parsed. */
export type GraphqlOperationType = 'query' | 'mutation' | 'subscription' | 'unknown';

/** How an operation ended: answered, answered with withheld fields, refused as invalid or too large, failed on our side. */
export type GraphqlOutcome = 'ok' | 'denied' | 'invalid' | 'failed';

/** What a caller proved itself with. */
export type AuthenticationMethod = 'password' | 'refresh_token' | 'access_token' | 'api_key' | 'oidc';

/** How the proof went; `throttled` ones were not even looked at. */
export type AuthenticationOutcome = 'success' | 'failure' | 'throttled';

/** State of a pool of database connections. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
}

/** The numbers a process keeps about itself. No label takes ids, names or paths; each is bounded. */
export interface Metrics {
  observeHttpRequest(sample: HttpRequestSample): void;
  countGraphqlOperation(type: GraphqlOperationType, outcome: GraphqlOutcome): void;
  /** Counts operations that were answered by their compiled plans. */
  countPlanHit(type: GraphqlOperationType): void;
  /** Counts answers to events that were handed to subscribers: of an execution that many share, or of one of their own. */
  countStreamDeliveries(execution: 'shared' | 'own', count: number): void;
  /** Observes what an operation can cost, before it runs. */
  observeOperationCost(type: GraphqlOperationType, estimated: number): void;
  /** Counts an operation above the most: `refused`, or let by because costs are only measured. */
  countCostExceeded(type: GraphqlOperationType, outcome: 'refused' | 'measured'): void;
  /** Counts operations and decisions that a rate limit refused, by whose budget was spent. */
  countRateLimited(scope: 'caller' | 'space' | 'anonymous'): void;
  /** Counts valid operations whose document is not registered, where that is to be known. */
  countUnregisteredDocument(type: GraphqlOperationType): void;
  /** Observes the compilation of one variant of an operation. */
  observePlanCompilation(type: GraphqlOperationType, seconds: number): void;
  /** Shows how many operations are kept, read at each scrape. */
  watchPlans(read: () => number): void;
  /** Shows how many views of the schema are kept and how many were built, read at each scrape. */
  watchSchemaViews(read: () => { readonly kept: number; readonly built: number }): void;
  /** Shows how many documents are kept by their hash, and how many are registered, read at each scrape. */
  watchDocuments(read: () => { readonly kept: number; readonly registered: number }): void;
  /** Counts changes of the schema while the process runs: taken over as a whole, or refused as a whole. */
  countSchemaSwap(outcome: 'swapped' | 'refused'): void;
  /** Shows the version of the schema, read at each scrape. */
  watchSchemaVersion(read: () => string): void;
  /** @param denyCode - given for denials */
  countDecisions(decision: 'ALLOW' | 'DENY', denyCode?: string, count?: number): void;
  /** @param type - full event type; only its first part, as `user` of `user.created`, becomes a label */
  countAuditEvents(type: string, count?: number): void;
  /** Counts decisions that were made twice, by two evaluators. Any `different` is an alarm. */
  countSelfChecks(outcome: 'same' | 'different'): void;
  countAuthentication(method: AuthenticationMethod, outcome: AuthenticationOutcome): void;
  /** Counts events that subscribers handled, and attempts that failed. */
  countEventDeliveries(outcome: 'handled' | 'failed'): void;
  /** Shows how many subscriptions of this node stand still at an event that keeps failing, read at each scrape. */
  watchStuckSubscriptions(read: () => number): void;
  /** Shows the age of the oldest event that has no place in the log yet, in seconds, read at each scrape. */
  watchSequencerLag(read: () => number): void;
  /** Shows the time since this node last knew that it had every revision, in seconds, read at each scrape. */
  watchRevisionFeedLag(read: () => number): void;
  /** Shows how many Spaces have their authorization facts in memory, and the bytes that they take, read at each scrape. */
  watchFactIndexes(read: () => { readonly spaces: number; readonly bytes: number }): void;
  /** Shows the connections of a pool, read at each scrape. */
  watchPool(pool: string, read: () => PoolState): void;
  /** The page for Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}
