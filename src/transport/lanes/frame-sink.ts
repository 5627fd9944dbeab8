import type { OperationResults } from '../operation-results.js';
import type { Frame } from './frame.js';

/** Most bytes that are written to one reader at once. One that has not taken them yet takes its events one by one from then on. */
export const MOST_AHEAD_BYTES = 65_536;

/** Where shared frames of one subscription are written. */
export interface FrameSink {
  /** Writes frames in order while the reader keeps up; gives how many were taken. */
  write(frames: readonly Frame[]): number;
}

/** One subscription that may share its execution with others. */
export interface Seat {
  readonly sink: FrameSink;
  readonly results: OperationResults;
}
