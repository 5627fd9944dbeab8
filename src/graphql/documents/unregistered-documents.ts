import { createHash } from 'node:crypto';
import type { OperationDefinitionNode, OperationTypeNode } from 'graphql';

/** Most documents of which a node remembers that it has told of them; after that it only counts. */
const MOST_TOLD = 10_000;

/** Who is told of documents that run without being registered. */
export interface UnregisteredOptions {
  /** Called each time, with the type of the operation. */
  readonly count: (type: OperationTypeNode) => void;
  /** Called once per document. */
  readonly log: (document: { readonly hash: string; readonly operation: string | undefined }) => void;
}

/** Documents that ran and are not registered. */
export class UnregisteredDocuments {
  private readonly told = new Set<string>();

  constructor(private readonly options: UnregisteredOptions) {}

  /** Counts a run, and tells of a document that was not told of before. */
  note(text: string, { operation: type, name }: OperationDefinitionNode): void {
    this.options.count(type);
    if (this.told.size >= MOST_TOLD) return;
    const hash = createHash('sha256').update(text).digest('hex');
    if (this.told.size === this.told.add(hash).size) return;
    this.options.log({ hash, operation: name?.value });
  }
}
