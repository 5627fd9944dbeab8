/** Ways to say what is accepted that are remembered: clients have few. */
const MOST = 64;

/**
 * The headers of answers in JSON, by what their request accepts: those that Apollo gave with an answer to the same. What is not known is
 * not guessed.
 */
export class AnswerHeaders {
  private readonly known = new Map<string | undefined, readonly (readonly [string, string])[]>();

  of(accept: string | undefined): readonly (readonly [string, string])[] | undefined {
    return this.known.get(accept);
  }

  learn(accept: string | undefined, headers: Iterable<readonly [string, string]>): void {
    if (this.known.size >= MOST || this.known.has(accept)) return;
    this.known.set(accept, [...headers].filter(([name]) => name !== 'content-length'));
  }
}
