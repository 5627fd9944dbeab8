/** Where time comes from. Everything that compares or stores a moment takes it from a clock, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}
