import { newId } from '../../../../kernel/ids/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';

/** Ids of what the demo consists of beside its administrator. */
export interface DemoObjects {
  readonly spaceId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly roleId: string;
  readonly groupIds: { readonly finance: string; readonly apac: string; readonly legal: string; readonly emea: string };
  readonly resourceType: string;
  readonly action: string;
  /** Lies in finance.apac: the approval is allowed. */
  readonly allowedResourceId: string;
  /** Lies in legal.emea: the approval is denied, SCOPE_OUT_OF_BOUNDS. */
  readonly deniedResourceId: string;
}

const TYPE = 'invoice';
const ACTIONS = [['read', 'low'], ['create', 'normal'], ['approve', 'high']] as const;

/** Writes a Space in which one approval allows and one denies: an approver anchored at finance, an invoice in it and one outside. */
export async function insertDemoObjects(executor: SqlExecutor, userId: string): Promise<DemoObjects> {
  const spaceId = newId('space');
  await executor.query(sql`INSERT INTO sys_identity.spaces (id, name, type, is_demo) VALUES (${spaceId}, 'Demo', 'demo', true)`);
  const groupIds = await insertGroups(executor, spaceId);
  await insertRegistry(executor);
  const actor = await insertActor(executor, spaceId, userId);
  const roleId = await insertRole(executor, spaceId, actor.memberId, groupIds.finance);
  const allowedResourceId = await insertInvoice(executor, spaceId, groupIds.apac, 'INV-001');
  const deniedResourceId = await insertInvoice(executor, spaceId, groupIds.emea, 'INV-002');
  return { spaceId, ...actor, roleId, groupIds, resourceType: TYPE, action: 'approve', allowedResourceId, deniedResourceId };
}

async function insertGroups(executor: SqlExecutor, spaceId: string): Promise<DemoObjects['groupIds']> {
  const insert = async (key: string, name: string, parent?: { id: string; path: string }): Promise<{ id: string; path: string }> => {
    const group = { id: newId('group'), path: parent === undefined ? key : `${parent.path}.${key}` };
    await executor.query(sql`
      INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, display_name, path, depth)
      VALUES (${group.id}, ${spaceId}, ${parent?.id ?? null}, ${key}, ${name}, ${group.path}, ${parent === undefined ? 0 : 1})`);
    return group;
  };
  const finance = await insert('finance', 'Finance');
  const legal = await insert('legal', 'Legal');
  const apac = await insert('apac', 'Finance APAC', finance);
  const emea = await insert('emea', 'Legal EMEA', legal);
  return { finance: finance.id, apac: apac.id, legal: legal.id, emea: emea.id };
}

// Types, actions and Permissions belong to the instance: what is there already is used as it is.
async function insertRegistry(executor: SqlExecutor): Promise<void> {
  await executor.query(sql`INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES (${newId('rt')}, ${TYPE}, 'Invoice') ON CONFLICT DO NOTHING`);
  await executor.query(sql`INSERT INTO sys_resource.resource_mappings (id, resource_type) VALUES (${newId('rm')}, ${TYPE}) ON CONFLICT DO NOTHING`);
  for (const [action, risk] of ACTIONS) {
    const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    await executor.query(sql`
      INSERT INTO sys_resource.resource_actions (id, resource_type, key, display_name, risk_level)
      VALUES (${newId('ra')}, ${TYPE}, ${action}, ${name}, ${risk}) ON CONFLICT DO NOTHING`);
    await executor.query(sql`
      INSERT INTO sys_authz.permissions (id, resource_type, action, scope) VALUES (${newId('perm')}, ${TYPE}, ${action}, 'group_tree') ON CONFLICT DO NOTHING`);
  }
}

async function insertActor(executor: SqlExecutor, spaceId: string, userId: string): Promise<{ memberId: string; userMemberId: string }> {
  const memberId = newId('member');
  const userMemberId = newId('um');
  await executor.query(sql`INSERT INTO sys_identity.members (id, space_id, display_name) VALUES (${memberId}, ${spaceId}, 'Finance Reviewer')`);
  await executor.query(sql`
    INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, is_primary) VALUES (${userMemberId}, ${userId}, ${memberId}, ${spaceId}, true)`);
  return { memberId, userMemberId };
}

async function insertRole(executor: SqlExecutor, spaceId: string, memberId: string, anchorId: string): Promise<string> {
  const roleId = newId('role');
  await executor.query(sql`INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES (${roleId}, ${spaceId}, 'finance_approver', 'Finance Approver')`);
  for (const [action] of ACTIONS) {
    await executor.query(sql`
      INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id)
      SELECT ${newId('rp')}, ${spaceId}, ${roleId}, id FROM sys_authz.permissions WHERE resource_type = ${TYPE} AND action = ${action} AND scope = 'group_tree'`);
  }
  await executor.query(sql`
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES (${newId('mr')}, ${spaceId}, ${memberId}, ${roleId}, ${anchorId})`);
  return roleId;
}

async function insertInvoice(executor: SqlExecutor, spaceId: string, groupId: string, number: string): Promise<string> {
  const id = newId('res');
  await executor.query(sql`
    INSERT INTO sys_resource.resources (id, space_id, resource_type, external_id, group_id, display_name, metadata)
    VALUES (${id}, ${spaceId}, ${TYPE}, ${number}, ${groupId}, ${`Invoice ${number}`}, ${JSON.stringify({ number })}::jsonb)`);
  return id;
}
