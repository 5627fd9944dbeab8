/** Input of a change to one existing object. */
export interface Change {
  readonly id: string;
  readonly expectedVersion?: number | null;
}
