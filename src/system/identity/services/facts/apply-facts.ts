import { invalid } from '../../../../kernel/errors/index.js';
import { sql } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';
import { endSessions } from '../credentials/end-sessions.js';
import { lockTree } from '../groups/group-tree.js';
import { requireInSpace } from '../support/index.js';
import { FactChecker } from './fact-checker.js';
import { FACT_KINDS, type Fact, type LineProblem } from './fact.js';
import { watchSeparation } from './import-separation.js';
import { inheritanceProblems } from './inheritance-problems.js';
import { writeFacts, type Written } from './stored-facts.js';

/** Lines by what became of them. */
export interface ImportCounts {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** Rows of one statement: keeps statements and their deferred triggers far from the statement timeout. */
const MOST_ROWS = 5_000;

/**
 * Checks facts under their locks and writes them, kind by kind. A dry run is looked at as its end would be, because it has none.
 *
 * @throws PolityError `IMPORT_INVALID` when a line cannot be applied; `problems` then says which and why
 */
export async function applyFacts(
  scope: MutationScope, context: RequestContext, spaceId: string, facts: readonly Fact[], problems: LineProblem[], dryRun: boolean,
): Promise<ImportCounts> {
  const { transaction } = scope;
  const byKind = Map.groupBy(facts, ({ kind }) => kind);
  await requireImport(scope, context, spaceId, facts);
  if (byKind.has('group')) await lockTree(transaction, spaceId);
  problems.push(...(await new FactChecker(context, spaceId).check(transaction, facts)));
  if (problems.length > 0) throw importInvalid(problems);

  const lookAtSeparation = await watchSeparation(transaction, context, spaceId, facts);
  let created = 0;
  let updated = 0;
  for (const kind of FACT_KINDS) {
    const ofKind = byKind.get(kind) ?? [];
    for (let start = 0; start < ofKind.length; start += MOST_ROWS) {
      const written: Written = await writeFacts(transaction, spaceId, kind, ofKind.slice(start, start + MOST_ROWS));
      created += written.created;
      updated += written.updated;
    }
  }
  problems.push(...(await inheritanceProblems(transaction, facts)));
  if (problems.length > 0) throw importInvalid(problems);
  if (dryRun) await lookAtSeparation();
  await endSessionsOfDisabled(scope, byKind.get('user') ?? [], context.request.now);
  transaction.touch(spaceId, ...(byKind.has('user') || byKind.has('permission') ? [''] : []));
  return { lines: facts.length, created, updated, unchanged: facts.length - created - updated };
}

/** The one mistake that stands for all problems of an import. */
export function importInvalid(problems: readonly LineProblem[]): Error {
  return invalid(['input', 'jsonl'], `${problems.length} fields cannot be applied; nothing was.`, 'IMPORT_INVALID');
}

/**
 * Asserts the rights that facts need. Users and Permissions belong to the instance: the right over one Space is not enough to change
 * them. Permissions that are there already may be named, so that an admin of the Space can import an export of this instance again.
 */
export async function requireImport(scope: MutationScope, context: RequestContext, spaceId: string, facts: readonly Fact[]): Promise<void> {
  await requireInSpace(scope, context, { spaceId }, 'facts:import');
  if (facts.some(({ kind }) => kind === 'user')) scope.require('users:manage', {});
  const permissions = facts.filter(({ kind }) => kind === 'permission');
  if (permissions.length === 0) return;
  const [stored] = await scope.transaction.query<{ count: number }>(sql`
    SELECT count(*) AS count FROM jsonb_to_recordset(${JSON.stringify(permissions.map(({ values }) => values))}::jsonb)
      AS x (id text, "resourceType" text, action text, scope text, effect text, condition text, description text, status text)
    JOIN sys_authz.permissions p ON p.id = x.id AND p.resource_type = x."resourceType" AND p.action = x.action AND p.scope = x.scope
      AND p.effect = x.effect AND p.condition IS NOT DISTINCT FROM x.condition
      AND p.status = x.status AND p.description IS NOT DISTINCT FROM x.description`);
  if (stored?.count !== permissions.length) scope.require('permissions:manage', {});
}

async function endSessionsOfDisabled(scope: MutationScope, users: readonly Fact[], now: number): Promise<void> {
  const disabled = users.filter(({ values }) => values.status === 'disabled').map(({ values }) => values.id as string);
  if (disabled.length > 0) await endSessions(scope, sql`s.user_id = ANY (${disabled})`, 'user_disabled', now);
}
