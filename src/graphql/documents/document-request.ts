/** How a request names its document: by its text, by its id, by the hash of Apollo's protocol, or by text and hash. */
export interface DocumentRequest {
  readonly query?: string | null;
  /** GraphQL over HTTP: `sha256:<hex>` or an id of the register. */
  readonly documentId?: unknown;
  /** `{ persistedQuery: { version: 1, sha256Hash } }`. */
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** The text of a request that may go on. */
export interface OpenedDocument {
  readonly text: string;
  /** Whether the text is in the register. */
  readonly registered: boolean;
  /** Hash under which the client wants the text to be kept. */
  readonly keepAs?: string;
}
