import { createHash } from 'node:crypto';
import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor, type Transaction } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations } from '../../../shared/services/index.js';

/** Kind of the facts by which nodes hear of a change. */
export const TRUSTED_DOCUMENT_FACT = 'trusted_document';

/** Most documents of an instance; every node holds them all. */
export const MOST_DOCUMENTS = 10_000;
/** Most bytes of all their texts together. */
export const MOST_DOCUMENT_BYTES = 33_554_432;

const MOST_IDS_IN_EVENT = 100;

/** A document that clients may run by its id. */
export interface TrustedDocument {
  readonly id: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  readonly name: string | null;
  readonly document: string;
}

/** One as it is registered. */
export type NewDocument = Omit<TrustedDocument, 'hash'>;

/** One as it is listed. */
export interface ListedDocument extends Omit<TrustedDocument, 'document'> {
  readonly bytes: number;
  readonly registeredAt: Date;
}

/** The register of trusted documents. Called by the command line; every change is audited and reaches all nodes. */
export class TrustedDocuments {
  constructor(
    private readonly database: SqlExecutor,
    private readonly mutations: Mutations,
  ) {}

  /** All of them with their texts, for the memory of a node. */
  all(): Promise<TrustedDocument[]> {
    return this.database.query(sql`SELECT id, hash, name, document FROM sys_admin.trusted_documents ORDER BY id`);
  }

  /** All of them without their texts. */
  list(): Promise<ListedDocument[]> {
    return this.database.query(sql`
      SELECT id, hash, name, octet_length(document) AS bytes, registered_at AS "registeredAt" FROM sys_admin.trusted_documents ORDER BY name, id`);
  }

  /**
   * Adds documents: all of them, or none. One that is there with the same text stays as it is.
   * `errors` name the document by its place: an id that stands for another text, a text that has another id, too many of them.
   */
  register(context: RequestContext, input: readonly NewDocument[]): Promise<MutationResult<{ registered: readonly string[] }>> {
    const documents = input.map(({ id, name, document }) => ({ id, name, document, hash: hashOf(document) }));
    return this.mutations.run(context, { name: 'registerDocuments' }, { documents: input }, async (scope) => {
      const { transaction } = scope;
      // One register at a time: the limits are of all documents together.
      await transaction.query(sql`SELECT pg_advisory_xact_lock(hashtext('polity.trusted_documents'))`);
      const added = await transaction.query<{ id: string }>(sql`
        INSERT INTO sys_admin.trusted_documents (id, hash, name, document)
        SELECT * FROM unnest(${documents.map(({ id }) => id)}::text[], ${documents.map(({ hash }) => hash)}::text[], ${documents.map(({ name }) => name)}::text[], ${documents.map(({ document }) => document)}::text[])
        ON CONFLICT DO NOTHING RETURNING id`);
      const registered = added.map(({ id }) => id).toSorted();
      await assertSame(transaction, documents);
      await assertLimits(transaction);
      if (registered.length === 0) scope.unchanged();
      else scope.audit({ type: 'documents.registered', spaceId: '', target: TARGET, details: { count: registered.length, ids: registered.slice(0, MOST_IDS_IN_EVENT) } });
      transaction.touch('');
      return { registered };
    });
  }

  /** Removes documents: all of them, or none. `errors` name an id that is not registered. */
  remove(context: RequestContext, ids: readonly string[]): Promise<MutationResult<{ removed: readonly string[] }>> {
    return this.mutations.run(context, { name: 'removeDocuments' }, { ids }, async (scope) => {
      const gone = await scope.transaction.query<{ id: string }>(sql`DELETE FROM sys_admin.trusted_documents WHERE id = ANY (${[...ids]}::text[]) RETURNING id`);
      const removed = gone.map(({ id }) => id).toSorted();
      const missing = ids.findIndex((id) => !removed.includes(id));
      if (missing >= 0) throw new PolityError('VALIDATION_FAILED', `No document is registered as ${JSON.stringify(ids[missing])}.`, { path: ['input', 'ids', missing] });
      scope.audit({ type: 'documents.removed', spaceId: '', target: TARGET, details: { count: removed.length, ids: removed.slice(0, MOST_IDS_IN_EVENT) } });
      scope.transaction.touch('');
      return { removed };
    });
  }
}

const TARGET = { type: 'TrustedDocuments', id: 'trusted_documents' } as const;

function hashOf(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

async function assertSame(transaction: Transaction, documents: readonly TrustedDocument[]): Promise<void> {
  const stored = await transaction.query<{ id: string; hash: string }>(sql`
    SELECT id, hash FROM sys_admin.trusted_documents WHERE id = ANY (${documents.map(({ id }) => id)}::text[]) OR hash = ANY (${documents.map(({ hash }) => hash)}::text[])`);
  const hashes = new Map(stored.map(({ id, hash }) => [id, hash]));
  const ids = new Map(stored.map(({ id, hash }) => [hash, id]));
  for (const [index, { id, hash }] of documents.entries()) {
    const path = ['input', 'documents', index, 'id'];
    if (hashes.has(id) && hashes.get(id) !== hash) throw new PolityError('ALREADY_EXISTS', `The id ${id} is registered for another text; give the new text an id of its own.`, { path });
    if (ids.get(hash) !== id) throw new PolityError('ALREADY_EXISTS', `The text of ${id} is registered as ${ids.get(hash)}.`, { path });
  }
}

async function assertLimits(transaction: Transaction): Promise<void> {
  const [total] = await transaction.query<{ count: number; bytes: number }>(sql`
    SELECT count(*)::int AS count, coalesce(sum(octet_length(document)), 0)::float8 AS bytes FROM sys_admin.trusted_documents`);
  if (total === undefined || (total.count <= MOST_DOCUMENTS && total.bytes <= MOST_DOCUMENT_BYTES)) return;
  throw new PolityError('IMPORT_INVALID', `An instance has at most ${MOST_DOCUMENTS} documents of ${MOST_DOCUMENT_BYTES} bytes together: remove those that no client needs any more.`, { path: ['input', 'documents'] });
}

export const trustedDocumentsRef = createServiceRef<TrustedDocuments>({ id: 'admin.trusted_documents', scope: 'process' });
