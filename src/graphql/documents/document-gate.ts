import { createHash } from 'node:crypto';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { reach, type RequestContext } from '../../system/shared/contracts/index.js';
import { hashMismatch, malformed, notFound, notRegistered } from './document-errors.js';
import type { DocumentRegister } from './document-register.js';
import type { DocumentRequest, OpenedDocument } from './document-request.js';
import { isIntrospectionOnly } from './introspection-only.js';
import { KeptDocuments } from './kept-documents.js';
import { UnregisteredDocuments, type UnregisteredOptions } from './unregistered-documents.js';

/** What happens to documents that are not registered. */
export type DocumentMode = 'off' | 'log' | 'enforce';

/** Key that, held on the instance, lets a caller introspect where only registered documents run. */
export const INTROSPECTION_KEY = 'instance:read';

/** What {@link DocumentGate} runs on. */
export interface DocumentGateOptions extends UnregisteredOptions {
  readonly mode: DocumentMode;
  readonly register: DocumentRegister;
}

const SHA256 = /^[0-9a-f]{64}$/;
const PREFIX = 'sha256:';

/**
 * Which document a request means, and whether it may run. Every door calls {@link open} before anything else, for each request, and
 * {@link admit} once the document is known to be valid, for each request as well, also where it was admitted before.
 */
export class DocumentGate {
  private readonly kept = new KeptDocuments();
  private readonly unregistered: UnregisteredDocuments;

  constructor(private readonly options: DocumentGateOptions) {
    this.unregistered = new UnregisteredDocuments(options);
  }

  /** The text of a request; undefined when it names none. @throws GraphQLError for one that must not go on */
  open(request: DocumentRequest, context: RequestContext): OpenedDocument | undefined {
    const opened = this.find(request);
    if (opened === undefined || opened.registered || this.mayIntrospect(context)) return opened;
    throw notRegistered();
  }

  /** Lets a valid operation run, and keeps or notes its document. @throws GraphQLError for one that is not registered, where it must be */
  admit(opened: OpenedDocument, document: DocumentNode, operation: OperationDefinitionNode | undefined): void {
    if (opened.registered) return;
    const { mode } = this.options;
    if (mode === 'enforce' && (operation === undefined || !isIntrospectionOnly(document, operation))) throw notRegistered();
    if (mode === 'log' && operation !== undefined) this.unregistered.note(opened.text, operation);
    if (opened.keepAs !== undefined) this.kept.keep(opened.keepAs, opened.text);
  }

  /** Whether a caller may look at the schema by documents that are not registered, as far as the register is concerned. */
  mayIntrospect({ caller, request }: RequestContext): boolean {
    return this.options.mode !== 'enforce' || reach(caller, INTROSPECTION_KEY, request.now).instance;
  }

  /** Number of texts that are kept by their hash, and of registered documents. */
  get size(): { readonly kept: number; readonly registered: number } {
    return { kept: this.kept.size, registered: this.options.register.size };
  }

  /** Forgets texts that were kept because they were valid: the schema is another one now, and their clients send them again. */
  forgetKept(): void {
    this.kept.clear();
  }

  /** Calls back when another set of documents may run: what was decided for a text is decided again. */
  onChange(listener: () => void): () => void {
    return this.options.register.onChange(listener);
  }

  private find({ query, documentId, extensions }: DocumentRequest): OpenedDocument | undefined {
    const text = query === null || query === '' ? undefined : query;
    const persisted = extensions?.['persistedQuery'] ?? undefined;
    if (documentId !== undefined && documentId !== null) {
      if (typeof documentId !== 'string' || documentId === '') throw malformed('documentId', 'must be a text.');
      if (text !== undefined || persisted !== undefined) throw malformed('documentId', 'stands in place of a query and of extensions.persistedQuery.');
      return this.ofId(documentId);
    }
    if (persisted !== undefined) return this.persisted(hashIn(persisted), text);
    return text === undefined ? undefined : this.ofText(text);
  }

  private ofText(text: string, keepAs?: string): OpenedDocument {
    const registered = this.options.register.has(text);
    return { text, registered, ...(registered || keepAs === undefined || this.options.mode === 'enforce' ? {} : { keepAs }) };
  }

  private ofId(id: string): OpenedDocument {
    const text = this.options.register.ofId(id);
    if (text !== undefined) return { text, registered: true };
    const hash = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : '';
    return this.ofHash(hash);
  }

  private persisted(hash: string, text: string | undefined): OpenedDocument {
    if (text === undefined) return this.ofHash(hash);
    if (createHash('sha256').update(text).digest('hex') !== hash) throw hashMismatch();
    return this.ofText(text, hash);
  }

  private ofHash(hash: string): OpenedDocument {
    const text = this.options.register.ofHash(hash);
    if (text !== undefined) return { text, registered: true };
    const kept = this.options.mode === 'enforce' ? undefined : this.kept.get(hash);
    if (kept === undefined) throw this.options.mode === 'enforce' ? notRegistered() : notFound();
    return this.ofText(kept);
  }
}

function hashIn(persisted: unknown): string {
  const { version, sha256Hash } = (typeof persisted === 'object' ? persisted : {}) as { readonly version?: unknown; readonly sha256Hash?: unknown };
  if (version !== 1) throw malformed('extensions.persistedQuery.version', 'must be 1.');
  if (typeof sha256Hash !== 'string' || !SHA256.test(sha256Hash)) throw malformed('extensions.persistedQuery.sha256Hash', 'must be 64 hexadecimal digits in lower case.');
  return sha256Hash;
}
