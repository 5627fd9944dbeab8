import type { IndexedEvent } from '../../system/shared/services/index.js';
import type { SharedResult } from '../operation-results.js';

/** One finished answer to an event, serialised once for all who get it. */
export class Frame {
  /** The answer in JSON. */
  readonly text: string;
  /** Paths of it that were denied. */
  readonly denied: readonly string[];
  private encoded: Buffer | undefined;

  constructor(readonly index: IndexedEvent['index'], { result, denied }: SharedResult) {
    this.text = JSON.stringify(result);
    this.denied = denied;
  }

  get bytes(): Buffer {
    this.encoded ??= Buffer.from(this.text);
    return this.encoded;
  }
}
