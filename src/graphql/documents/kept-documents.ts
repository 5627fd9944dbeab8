/** Most texts that a node keeps for clients that will send their hashes. */
export const MOST_KEPT = 1_000;
/** Most bytes of memory for them. */
export const MOST_KEPT_BYTES = 8_388_608;
/** Largest of them: one text must not drive out all others. */
export const MOST_BYTES_OF_ONE = 262_144;

const BYTES_PER_UNIT = 2;

/** Texts by their hash, in the memory of this node; least recently used out. */
export class KeptDocuments {
  // Oldest use first.
  private readonly texts = new Map<string, string>();
  private bytes = 0;

  constructor(
    private readonly mostTexts = MOST_KEPT,
    private readonly mostBytes = MOST_KEPT_BYTES,
  ) {}

  get(hash: string): string | undefined {
    const text = this.texts.get(hash);
    if (text === undefined) return undefined;
    this.texts.delete(hash);
    this.texts.set(hash, text);
    return text;
  }

  /** Keeps a text, unless it is too large; its client goes on sending it. */
  keep(hash: string, text: string): void {
    const size = text.length * BYTES_PER_UNIT;
    if (size > MOST_BYTES_OF_ONE || this.get(hash) !== undefined) return;
    this.texts.set(hash, text);
    this.bytes += size;
    for (const [oldest, { length }] of this.texts) {
      if (this.texts.size <= this.mostTexts && this.bytes <= this.mostBytes) break;
      this.texts.delete(oldest);
      this.bytes -= length * BYTES_PER_UNIT;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.texts.clear();
    this.bytes = 0;
  }

  get size(): number {
    return this.texts.size;
  }
}
