/** A stream that can be ended from outside. */
export interface EndableStream<T> extends AsyncGenerator<T, void, void> {
  /** Has the stream throw a reason in place of its next event, at once when one is awaited, and lets go of its source. */
  end(reason: Error): void;
}

/**
 * Puts the end of a stream into other hands.
 * @param over - called once, when the stream has ended in whatever way
 */
export function endableStream<T>(source: AsyncGenerator<T, void, void>, over: () => void): EndableStream<T> {
  return new Endable(source, over);
}

class Endable<T> implements EndableStream<T> {
  private readonly waiting = new Set<(reason: Error) => void>();
  /** Not thrown yet. */
  private reason: Error | undefined;
  private isOver = false;

  constructor(
    private readonly source: AsyncGenerator<T, void, void>,
    private readonly over: () => void,
  ) {}

  end(reason: Error): void {
    if (this.isOver) return;
    this.finish();
    if (this.waiting.size === 0) this.reason = reason;
    for (const interrupt of this.waiting) interrupt(reason);
    // Not awaited: a source that waits for its next event answers only when that comes. How it ends changes nothing for the reader.
    this.source.return().catch(() => undefined);
  }

  async next(): Promise<IteratorResult<T, void>> {
    const { reason } = this;
    this.reason = undefined;
    if (reason !== undefined) throw reason;
    if (this.isOver) return { value: undefined, done: true };
    return this.take();
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.finish();
    return this.source.return();
  }

  async throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.finish();
    return this.source.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  // Each event is waited for by a promise of its own: one that lived as long as the stream would keep what waited for it.
  private async take(): Promise<IteratorResult<T, void>> {
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T, void>>();
    this.waiting.add(reject);
    this.source.next().then(resolve, reject);
    try {
      const event = await promise;
      if (event.done === true) this.finish();
      return event;
    } catch (error) {
      this.finish();
      throw error;
    } finally {
      this.waiting.delete(reject);
    }
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over();
  }
}
