/**
 * Does something once for all who ask while it is waited for: each gets the outcome of a turn that began after it asked.
 *
 * @param work - what is done; turns never overlap
 */
export function coalesced<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  let next: Promise<Result> | undefined;
  const begin = (): Promise<Result> => {
    const turn = work().finally(() => {
      if (running === turn) running = undefined;
    });
    running = turn;
    return turn;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running.then(() => undefined, () => undefined).then(() => {
      next = undefined;
      // Whatever runs by now began after this turn was asked for.
      return running ?? begin();
    });
    return next;
  };
}
