import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { SPACE } from './indexed.js';
import { parentOf, type Workload } from './workload.js';

/** Stores the workload as one Space; versions are not written: what is measured is reading it. */
export async function storeWorkload(ownerUrl: string, { users, held, scopes, assignedRole, assignedScope }: Workload): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const copy = (table: string, columns: string, rows: Iterable<readonly (string | number)[]>): Promise<void> =>
    pipeline(Readable.from(lines(rows)), client.query(from(`COPY ${table} (${columns}) FROM STDIN`)));
  try {
    await client.query('SET session_replication_role = replica');
    await copy('sys_identity.spaces', 'id, name', [[SPACE, 'Bench']]);
    await copy('sys_resource.resource_types', 'id, key, display_name', numbered(50, (n) => [`rt_${n}`, `type${n}`, `Type ${n}`]));
    await copy('sys_resource.resource_mappings', 'id, resource_type', numbered(50, (n) => [`rm_${n}`, `type${n}`]));
    await copy('sys_resource.resource_actions', 'id, resource_type, key, display_name', numbered(400, (n) => [`ra_${n}`, `type${n >> 3}`, `act${n & 7}`, `Action ${n & 7}`]));
    await copy('sys_authz.permissions', 'id, resource_type, action, scope', numbered(400, (n) => [`perm_${n}`, `type${n >> 3}`, `act${n & 7}`, 'group_tree']));
    const paths: string[] = [];
    await copy('sys_identity.groups', 'id, space_id, parent_group_id, key, path, depth', numbered(scopes, (n) => {
      const parent = parentOf(n);
      paths.push(parent < 0 ? `s${n}` : `${paths[parent]}.s${n}`);
      return [`group_s${n}`, SPACE, parent < 0 ? '\\N' : `group_s${parent}`, `s${n}`, paths[n] as string, (paths[n] as string).split('.').length - 1];
    }));
    await copy('sys_identity.users', 'id, email', numbered(users, (n) => [`user_u${n}`, `u${n}@example.com`]));
    await copy('sys_identity.members', 'id, space_id, display_name', numbered(users, (n) => [`member_u${n}`, SPACE, `Member ${n}`]));
    await copy('sys_identity.user_members', 'id, user_id, member_id, space_id', numbered(users, (n) => [`um_u${n}`, `user_u${n}`, `member_u${n}`, SPACE]));
    await copy('sys_authz.roles', 'id, space_id, key, name', numbered(held.length, (n) => [`role_r${n}`, SPACE, `r${n}`, `Role ${n}`]));
    await copy('sys_authz.role_permissions', 'id, space_id, role_id, permission_id', held.flatMap((permissions, role) =>
      permissions.map((p) => [`rp_r${role}_${p}`, SPACE, `role_r${role}`, `perm_${p}`])));
    await copy('sys_authz.member_roles', 'id, space_id, member_id, role_id, scope_anchor_group_id', onlyOnce(numbered(assignedRole.length, (k) =>
      [`mr_${k}`, SPACE, `member_u${k >> 3}`, `role_r${assignedRole[k]}`, `group_s${assignedScope[k]}`])));
    await copy('sys_resource.resources', 'id, space_id, resource_type, group_id, owner_member_id', numbered(scopes * 2, (n) =>
      [`paper_${n}`, SPACE, `type${n % 50}`, `group_s${n >> 1}`, '\\N']));
    await client.query(`INSERT INTO sys_authz.revision VALUES ($1, 1)`, [SPACE]);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

function* numbered<Row>(count: number, row: (n: number) => Row): Iterable<Row> {
  for (let n = 0; n < count; n += 1) yield row(n);
}

/** Leaves out assignments that a Member has already: among few Roles and scopes the same one is drawn twice. */
function* onlyOnce(rows: Iterable<readonly string[]>): Iterable<readonly string[]> {
  const seen = new Set<string>();
  for (const row of rows) {
    const [, ...assignment] = row;
    const text = assignment.join();
    if (seen.has(text)) continue;
    seen.add(text);
    yield row;
  }
}

function* lines(rows: Iterable<readonly (string | number)[]>): Iterable<string> {
  let piece = '';
  for (const row of rows) {
    piece += `${row.join('\t')}\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
