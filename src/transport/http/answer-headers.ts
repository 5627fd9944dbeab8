import { commonHeaders } from './respond.js';

/** Ways to say what is accepted that are remembered: clients have few. */
const MOST = 64;
/** Set for each answer by itself. */
const OWN = new Set(['content-length', ...commonHeaders('', '').filter((_, index) => index % 2 === 0)]);

/**
 * The headers of answers in JSON, by what their request accepts: those that Apollo gave with an answer to the same. What is not known is
 * not guessed.
 */
export class AnswerHeaders {
  private readonly known = new Map<string | undefined, readonly string[]>();

  /** Names and values, one after the other. */
  of(accept: string | undefined): readonly string[] | undefined {
    return this.known.get(accept);
  }

  learn(accept: string | undefined, headers: Iterable<readonly [string, string]>): void {
    if (this.known.size >= MOST || this.known.has(accept)) return;
    this.known.set(accept, [...headers].flatMap(([name, value]) => (OWN.has(name) ? [] : [name, value])));
  }
}
