import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { RequestContext, SeparationOfDuty } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';
import type { Change, Kind } from '../compare/change.js';
import { MODEL_IDS } from '../ids.js';
import type { KeptChange } from './model-import.js';

/** Kinds by which any Member of a Space may come to hold more. */
const WIDE: readonly Kind[] = ['permission', 'role', 'role_permission', 'inheritance'];

/** What an import is watched for. */
export interface WatchedImport {
  readonly spaceId: string | undefined;
  readonly changes: readonly Change[];
}

/**
 * Lets an import fail when it makes a Member exceed a rule of separation. It is looked at as a whole: what one change gives another may
 * take away. The rules of the same file come after all of it, so what they find is not held against it.
 *
 * @returns looks at once, for an import that will be taken back
 */
export async function watchImport(separation: SeparationOfDuty, scope: MutationScope, context: RequestContext, { spaceId, changes }: WatchedImport): Promise<() => Promise<void>> {
  const giving = changes.filter(({ op }) => op !== 'remove');
  const permissionIds = giving.flatMap((change) => (change.kind === 'permission' && change.op === 'change' && change.after!.status === 'active' ? [change.before!.id!] : []));
  const memberIds = giving.flatMap((change) => (change.kind === 'assignment' ? [MODEL_IDS.member(change.after!.member.name)] : change.kind === 'member' ? [MODEL_IDS.member(change.after!.key)] : []));
  const isWide = giving.some(({ kind }) => WIDE.includes(kind));
  if (permissionIds.length === 0 && (spaceId === undefined || (!isWide && memberIds.length === 0))) return async () => undefined;
  return separation.watch(scope.transaction, {
    ...(spaceId === undefined ? {} : { spaceId }),
    ...(isWide ? {} : { memberIds: [...new Set(memberIds)] }),
    permissionIds,
    writtenRuleIds: giving.flatMap((change) => (change.kind === 'separation_rule' ? [change.before?.id ?? MODEL_IDS.separation(spaceId ?? '', change.after!)] : [])),
    now: context.request.now,
    path: ({ memberId }) => ['input', 'member', memberId],
  });
}

/**
 * What of the removals does not happen: all of them when nothing is to be pruned, and Permissions that Roles of other Spaces hold, or
 * their rules of separation name, because a file knows nothing of these.
 */
export async function keptBecause(executor: SqlExecutor, removals: readonly Change[], { prune, spaceId }: { readonly prune: boolean; readonly spaceId: string | undefined }): Promise<KeptChange[]> {
  if (!prune) return removals.map((change) => ({ change }));
  const permissionIds = removals.flatMap((change) => (change.kind === 'permission' ? [change.before!.id!] : []));
  if (permissionIds.length === 0) return [];
  const rows = await executor.query<{ id: string; spaceId: string }>(sql`
    SELECT DISTINCT ON (used.id) used.id, used.space_id AS "spaceId" FROM (
      SELECT rp.permission_id AS id, rp.space_id FROM sys_authz.role_permissions rp WHERE rp.permission_id = ANY (${permissionIds}) AND rp.status = 'active'
      UNION ALL SELECT p.id, sr.space_id FROM sys_authz.separation_rules sr JOIN unnest(${permissionIds}::text[]) AS p (id) ON p.id = ANY (sr.permission_ids) WHERE sr.status = 'active'
    ) AS used WHERE used.space_id <> ${spaceId ?? ''} ORDER BY used.id, used.space_id`);
  const usedIn = new Map(rows.map((row) => [row.id, row.spaceId]));
  return removals.flatMap((change) => {
    const other = change.kind === 'permission' ? usedIn.get(change.before!.id!) : undefined;
    return other === undefined ? [] : [{ change, because: `the Space ${other} uses it` }];
  });
}
