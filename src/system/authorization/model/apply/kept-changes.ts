import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Change } from '../compare/change.js';

/** Something that is stored, not in the file, and stays. */
export interface KeptChange {
  readonly change: Change;
  /** Why it stays although it was to go. */
  readonly because?: string;
}

/**
 * What of the removals does not happen: all of them when nothing is to be pruned; and of what belongs to the instance that which other
 * Spaces use, because a file knows nothing of these: Permissions that their Roles hold or their rules name, the actions and types of
 * those, and the types of their Resources.
 */
export async function keptOf(executor: SqlExecutor, removals: readonly Change[], { prune, spaceId }: { readonly prune: boolean; readonly spaceId: string | undefined }): Promise<KeptChange[]> {
  if (!prune) return removals.map((change) => ({ change }));
  if (!removals.some((change) => useOf(change) !== undefined)) return [];
  const uses = await usesElsewhere(executor, spaceId ?? '');
  return removals.flatMap((change) => {
    const other = uses.get(useOf(change) ?? '');
    return other === undefined ? [] : [{ change, because: `the Space ${other} uses it` }];
  });
}

/** What a removal takes from all Spaces, as a key; undefined when it concerns one. */
function useOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'permission': return keyOf('permission', change.before!.id!);
    case 'type': return keyOf('type', change.before!.key);
    case 'mapping': return keyOf('type', change.before!.type);
    case 'action': return keyOf('action', change.before!.type, change.before!.key);
    default: return undefined;
  }
}

/** A Space for each thing that Spaces other than this one use. */
async function usesElsewhere(executor: SqlExecutor, spaceId: string): Promise<ReadonlyMap<string, string>> {
  const permissions = await executor.query<{ id: string; type: string; action: string; spaceId: string }>(sql`
    SELECT p.id, p.resource_type AS type, p.action, min(used.space_id) AS "spaceId" FROM (
      SELECT rp.permission_id AS id, rp.space_id::text FROM sys_authz.role_permissions rp WHERE rp.status = 'active'
      UNION ALL SELECT named.id, sr.space_id::text FROM sys_authz.separation_rules sr CROSS JOIN unnest(sr.permission_ids) AS named (id) WHERE sr.status = 'active'
    ) AS used JOIN sys_authz.permissions p ON p.id = used.id WHERE used.space_id <> ${spaceId} GROUP BY p.id`);
  const types = await executor.query<{ type: string; spaceId: string }>(sql`
    SELECT t.key AS type, r.space_id AS "spaceId" FROM sys_resource.resource_types t
    CROSS JOIN LATERAL (SELECT r.space_id FROM sys_resource.resources r WHERE r.resource_type = t.key AND r.status <> 'deleted' AND r.space_id <> ${spaceId} LIMIT 1) r`);
  return new Map([
    ...types.map(({ type, spaceId: other }) => [keyOf('type', type), other] as const),
    ...permissions.flatMap(({ id, type, action, spaceId: other }) => [[keyOf('permission', id), other], [keyOf('type', type), other], [keyOf('action', type, action), other]] as const),
  ]);
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
