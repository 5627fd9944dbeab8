import { createHash } from 'node:crypto';
import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { raw, sql, type Database, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { assertReach, type AuditLog, type RequestContext } from '../../../shared/contracts/index.js';
import { decodeCursor, encodeCursor, type MutationResult, type Mutations } from '../../../shared/services/index.js';
import { knownSpace, requireInSpace } from '../support/index.js';
import { FACT_KINDS, type FactKind } from './fact.js';
import { FACT_TABLES } from './fact-tables.js';

const MOST_PER_CALL = 10_000;
const CURSOR = 'exportSpace';
const [FIRST_KIND] = FACT_KINDS;

/** Input of {@link FactsExport.exportPage}. */
export interface ExportSpace {
  readonly spaceId: string;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** One part of an export, in the lines that an import takes. */
export interface ExportPage {
  readonly jsonl: string;
  readonly lines: number;
  /** SHA-256 of `jsonl`, in hexadecimal digits. */
  readonly sha256: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

interface Position {
  readonly kind: FactKind;
  /** Id, or path of a Group, that was written last; '' before the first. */
  readonly after: string;
}

/** Gives out all facts of a Space in an order that an import accepts. Metadata comes as it is stored: what is redacted could not be put back. */
export class FactsExport {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly auditLog: () => AuditLog,
  ) {}

  /** One page of an export, with its audit event. Needs `facts:export` and, because Users are in it, `users:read` in the Space. */
  async exportPage(context: RequestContext, input: ExportSpace): Promise<MutationResult<ExportPage>> {
    const { spaceId } = input;
    return this.mutations.run(context, { name: 'exportSpace' }, {}, async (scope) => {
      const first = input.first ?? MOST_PER_CALL;
      if (first < 1 || first > MOST_PER_CALL) throw invalid(['input', 'first'], `A page has 1 to ${MOST_PER_CALL} lines.`);
      await requireInSpace(scope, context, { spaceId }, 'facts:export');
      scope.require('users:read', { spaceId });
      const start = input.after === undefined || input.after === null ? undefined : positionOf(input.after);
      const { lines, last, more } = await readPage(scope.transaction, spaceId, start ?? { kind: FIRST_KIND, after: '' }, first);
      const jsonl = lines.map((line) => `${line}\n`).join('');
      const sha256 = createHash('sha256').update(jsonl).digest('hex');
      scope.audit({ type: 'space.exported', spaceId, target: { type: 'Space', id: spaceId }, details: { lines: lines.length, sha256, hasNextPage: more } });
      return { jsonl, lines: lines.length, sha256, hasNextPage: more, endCursor: last === undefined ? null : encodeCursor(CURSOR, [last.kind, last.after]) };
    });
  }

  /**
   * Writes a whole export from one snapshot, with one audit event. `write` is called again from the start when the database makes the
   * transaction run again.
   *
   * @throws PolityError as {@link exportPage} answers
   */
  async exportTo(context: RequestContext, spaceId: string, write: (jsonl: string) => Promise<void>): Promise<{ lines: number; sha256: string }> {
    await knownSpace(this.database, context, spaceId, 'facts:export');
    for (const key of ['facts:export', 'users:read']) assertReach(context.caller, key, { spaceId }, context.request.now);
    return this.database.transaction(async (transaction) => {
      await transaction.query(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`);
      const hash = createHash('sha256');
      let count = 0;
      for (let position: Position | undefined = { kind: FIRST_KIND, after: '' }; position !== undefined;) {
        const { lines, last, more }: Page = await readPage(transaction, spaceId, position, MOST_PER_CALL);
        const jsonl = lines.map((line) => `${line}\n`).join('');
        hash.update(jsonl);
        count += lines.length;
        await write(jsonl);
        position = more ? last : undefined;
      }
      const sha256 = hash.digest('hex');
      this.auditLog().record(transaction, context, { type: 'space.exported', spaceId, target: { type: 'Space', id: spaceId }, details: { lines: count, sha256, hasNextPage: false } });
      return { lines: count, sha256 };
    });
  }
}

interface Page {
  readonly lines: string[];
  readonly last: Position | undefined;
  readonly more: boolean;
}

async function readPage(executor: SqlExecutor, spaceId: string, start: Position, most: number): Promise<Page> {
  const lines: string[] = [];
  let last: Position | undefined;
  let { after } = start;
  for (const kind of FACT_KINDS.slice(FACT_KINDS.indexOf(start.kind))) {
    const room = most - lines.length;
    const rows = await readKind(executor, spaceId, kind, after, room + 1);
    after = '';
    for (const { position, fact } of rows.slice(0, room)) {
      lines.push(JSON.stringify({ kind, ...Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== null)) }));
      last = { kind, after: position };
    }
    if (rows.length > room) return { lines, last, more: true };
  }
  return { lines, last, more: false };
}

async function readKind(executor: SqlExecutor, spaceId: string, kind: FactKind, after: string, limit: number): Promise<{ position: string; fact: Record<string, unknown> }[]> {
  const { table, fields } = FACT_TABLES[kind];
  const position = kind === 'group' ? 't.path' : 't.id';
  const parts = Object.entries(fields).map(([field, { column }]) => `'${field}', t.${column}`).join(', ');
  return executor.query(sql`
    SELECT ${raw(position)} AS position, jsonb_build_object(${raw(parts)}) AS fact FROM ${raw(table)} t
    WHERE ${belongsTo(kind, spaceId)} AND ${raw(position)} > ${after} ORDER BY ${raw(position)} LIMIT ${limit}`);
}

// Users and Permissions belong to the instance; those that facts of the Space name are exported with it.
function belongsTo(kind: FactKind, spaceId: string): Sql {
  if (kind === 'user') return sql`EXISTS (SELECT FROM sys_identity.user_members um WHERE um.user_id = t.id AND um.space_id = ${spaceId})`;
  if (kind === 'permission') {
    return sql`(EXISTS (SELECT FROM sys_authz.role_permissions rp WHERE rp.permission_id = t.id AND rp.space_id = ${spaceId})
      OR EXISTS (SELECT FROM sys_authz.separation_rules sr WHERE t.id = ANY (sr.permission_ids) AND sr.space_id = ${spaceId}))`;
  }
  return sql`t.space_id = ${spaceId}`;
}

function positionOf(cursor: string): Position {
  try {
    const [name, after] = decodeCursor(CURSOR, 2, cursor, 'after');
    const kind = FACT_KINDS.find((known) => known === name);
    if (kind !== undefined && after !== undefined) return { kind, after };
  } catch {
    // Falls through: whatever is wrong with a cursor has one answer, at its place in the input.
  }
  throw invalid(['input', 'after'], 'This cursor does not belong to this export.', 'CURSOR_INVALID');
}

/** Export of facts. */
export const factsExportRef = createServiceRef<FactsExport>({ id: 'identity.facts_export', scope: 'process' });
