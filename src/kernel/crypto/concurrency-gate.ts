/** Lets at most `width` tasks run at once and at most `waiting` more wait for their turn, first come first served. */
export class ConcurrencyGate {
  readonly #width: number;
  readonly #waiting: number;
  readonly #refuse: () => Error;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  /** @param refuse - makes the error of a task that would be one too many */
  constructor(width: number, waiting: number, refuse: () => Error) {
    this.#width = width;
    this.#waiting = waiting;
    this.#refuse = refuse;
  }

  /**
   * Runs a task in its turn.
   *
   * @throws what the task throws, or what `refuse` makes when too many are waiting
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running += 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#queue.shift();
      // The slot passes straight to the next task, so no newcomer can overtake it.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#queue.length >= this.#waiting) throw this.#refuse();
    return new Promise((resolve) => this.#queue.push(resolve));
  }
}
