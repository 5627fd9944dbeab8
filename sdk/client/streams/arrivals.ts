/** What has arrived and was not yet taken, and how it ended. A reader waits for either. */
export class Arrivals<Item> {
  private readonly items: Item[] = [];
  private ending: { readonly error: unknown } | undefined;
  private wake: () => void = () => undefined;

  /** Items that wait for the reader. */
  get size(): number {
    return this.items.length;
  }

  get ended(): boolean {
    return this.ending !== undefined;
  }

  push(item: Item): void {
    if (this.ending !== undefined) return;
    this.items.push(item);
    this.wake();
  }

  /** Ends the arrivals; what waits is still given out. Without an error the reader just comes to the end. */
  end(error?: unknown): void {
    this.ending ??= { error };
    this.wake();
  }

  /** Gives items as they arrive, then throws the error of the end, if there is one. */
  async *take(): AsyncGenerator<Item, void, void> {
    for (;;) {
      const item = this.items.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      if (this.ending !== undefined) {
        if (this.ending.error !== undefined) throw this.ending.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
