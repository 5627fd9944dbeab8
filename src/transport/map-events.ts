/**
 * Maps each event of a stream. Ending the result ends the source at once, also while an event is awaited, which a generator function
 * could not do; a failing `map` ends both.
 *
 * @param finish - called when the source ends by itself, before the result says so
 */
export function mapEvents<T, R>(source: AsyncIterable<T>, map: (event: T) => R | Promise<R>, finish?: () => Promise<void>): AsyncGenerator<R, void, void> {
  const events = source[Symbol.asyncIterator]();
  const stop = async (): Promise<{ readonly value: undefined; readonly done: true }> => {
    await events.return?.();
    return { value: undefined, done: true };
  };
  return {
    async next() {
      const event = await events.next();
      if (event.done === true) {
        await finish?.();
        return { value: undefined, done: true };
      }
      try {
        return { value: await map(event.value), done: false };
      } catch (error) {
        await stop();
        throw error;
      }
    },
    return: stop,
    async throw(error) {
      await stop();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
