import type { Workload } from './workload.js';

/** An engine that has the workload loaded. */
export interface Engine {
  /** Answers request `n`; called in order, again and again. */
  check(n: number): boolean;
  /** Requests that it can answer, when it was loaded with fewer users; all when absent. */
  readonly only?: readonly number[];
}

/** What is measured. */
export interface Contender {
  readonly name: string;
  /** Loads the workload in the kindest form for this engine. */
  load(workload: Workload): Promise<Engine>;
  /** Sizes that it cannot be asked to load. */
  readonly except?: readonly string[];
}

/** Names of the workload, each made once and handed out as a request would bring it: in one piece. */
export function requestText(text: string): string {
  return Buffer.from(text).toString('latin1');
}
