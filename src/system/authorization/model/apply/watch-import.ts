import type { RequestContext, SeparationOfDuty } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';
import type { Change, Kind } from '../compare/change.js';
import { MODEL_IDS } from '../ids.js';

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
