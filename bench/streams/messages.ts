/** One subscriber: its token, and the Spaces whose events it may get. */
export interface SubscriberOptions {
  readonly token: string;
  readonly spaceIds: readonly string[];
}

/** What the subscriber process is asked to do with a named set of subscribers. */
export type StreamJob =
  | { readonly kind: 'open'; readonly set: string; readonly url: string; readonly query: string; readonly subscribers: readonly SubscriberOptions[]; readonly withinMs: number }
  | { readonly kind: 'count' | 'reset' | 'close'; readonly set: string }
  /** Stops or goes on reading at the first so many of the set. */
  | { readonly kind: 'pause' | 'resume'; readonly set: string; readonly first: number };

/** What a set of subscribers got since it was reset. */
export interface Counted {
  /** How many there are. */
  readonly size: number;
  readonly deliveries: number;
  /** Least and most of one subscriber. */
  readonly least: number;
  readonly most: number;
  /** Events that a subscriber may not see, answers with errors, events out of order or twice. */
  readonly wrong: number;
  /** Close codes, with how many got each. */
  readonly closed: Readonly<Record<number, number>>;
  /** CPU of the process so far, in milliseconds. */
  readonly cpuMs: number;
}
