/** A document of the register, as a node holds it. */
export interface RegisteredDocument {
  readonly id: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  readonly name: string | null;
  readonly document: string;
}

/** The registered documents in the memory of this node. Replaced as a whole when the register has changed. */
export class DocumentRegister {
  private byId: ReadonlyMap<string, string> = new Map();
  private byHash: ReadonlyMap<string, string> = new Map();
  private texts: ReadonlySet<string> = new Set();
  private readonly listeners = new Set<() => void>();

  /** Takes over what is registered now. */
  replace(documents: readonly RegisteredDocument[]): void {
    if (documents.length === this.byId.size && documents.every(({ id, document }) => this.byId.get(id) === document)) return;
    this.byId = new Map(documents.map(({ id, document }) => [id, document]));
    this.byHash = new Map(documents.map(({ hash, document }) => [hash, document]));
    this.texts = new Set(this.byId.values());
    for (const listener of this.listeners) listener();
  }

  /** Number of documents. */
  get size(): number {
    return this.byId.size;
  }

  /** Text of an id. */
  ofId(id: string): string | undefined {
    return this.byId.get(id);
  }

  /** Text of a hash. */
  ofHash(hash: string): string | undefined {
    return this.byHash.get(hash);
  }

  /** Whether a text is registered, to the byte. */
  has(text: string): boolean {
    return this.texts.has(text);
  }

  /** Calls back after each change; gives the function that stops it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
