import { invalid, notFound } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';

const MOST_ITEMS = 100;

/** What a rule would keep apart. */
export interface SeparableItems {
  readonly roleIds: readonly string[];
  readonly permissionIds: readonly string[];
  readonly atMost: number;
}

/**
 * Checks what a rule would keep apart: two or more Roles of the Space, or two or more Permissions, each once, and fewer of them
 * allowed than there are.
 *
 * @throws PolityError `VALIDATION_FAILED`, `ROLE_NOT_FOUND` or `PERMISSION_NOT_FOUND` naming the field or its item
 */
export async function assertSeparable(executor: SqlExecutor, spaceId: string, { roleIds, permissionIds, atMost }: SeparableItems): Promise<void> {
  if (roleIds.length > 0 && permissionIds.length > 0) throw invalid(['input', 'permissionIds'], 'A rule is about Roles or about Permissions, not both.');
  const [field, ids] = permissionIds.length > 0 ? ['permissionIds', permissionIds] as const : ['roleIds', roleIds] as const;
  if (ids.length < 2 || ids.length > MOST_ITEMS) throw invalid(['input', field], `A rule keeps 2 to ${MOST_ITEMS} Roles or Permissions apart.`);
  const twice = ids.findIndex((id, position) => ids.indexOf(id) !== position);
  if (twice >= 0) throw invalid(['input', field, twice], 'A rule names each Role or Permission once.');
  if (atMost < 1 || atMost >= ids.length) throw invalid(['input', 'atMost'], 'A rule allows at least one and fewer than all of what it names.');
  const rows = await executor.query<{ id: string }>(field === 'roleIds'
    ? sql`SELECT r.id FROM sys_authz.roles r WHERE r.space_id = ${spaceId} AND r.id = ANY (${ids})`
    : sql`SELECT p.id FROM sys_authz.permissions p WHERE p.id = ANY (${ids})`);
  const found = new Set(rows.map(({ id }) => id));
  const absent = ids.findIndex((id) => !found.has(id));
  if (absent >= 0) throw notFound(field === 'roleIds' ? 'Role' : 'Permission', ['input', field, absent]);
}
