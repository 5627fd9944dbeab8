import type { GraphqlCaller } from '../../support/graphql-caller.js';
import type { TestServer } from '../../support/server.js';
import { signInUser } from './callers.js';
import { createFinanceReviewer, createOtherSpace } from './finance-reviewer.js';

/** A person of a test: a User, signed in, and the Members that it may act as. */
export interface Person {
  readonly userId: string;
  readonly caller: GraphqlCaller;
  readonly memberIds: readonly string[];
}

/** Space of the people. */
export const SPACE = 'space_acme';

/**
 * Makes a person of the Finance Reviewer fixture's Space.
 * @param name - lower-case letters, used once
 * @param grants - rights over the control plane
 * @param members - Members to make and bind; the first is the primary one
 */
export async function createPerson(server: TestServer, name: string, grants: readonly object[] = [], members: readonly string[] = [`member_${name}`], spaceId = SPACE): Promise<Person> {
  const { admin } = server;
  const [userId, email] = [`user_${name}`, `${name}@example.com`];
  await admin.mutate('createUser', { id: userId, email }, 'user { id }');
  for (const [index, id] of members.entries()) {
    await admin.mutate('createMember', { id, spaceId, displayName: `${name} ${index}` }, 'member { id }');
    await admin.mutate('createUserMember', { userId, memberId: id, isPrimary: index === 0 }, 'userMember { id }');
  }
  for (const grant of grants) await admin.mutate('createAdminGrant', { userId, ...grant }, 'adminGrant { id }');
  return { userId, caller: await signInUser(server, userId, email), memberIds: members };
}

/** Right to give Roles in the whole Space. */
export const MANAGES_SPACE = { level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey: 'roles:*' } as const;

/** Right to give Roles in one Group and below. */
export const managesGroup = (groupId: string): object => ({ level: 'GROUP_ADMIN', spaceId: SPACE, groupId, permissionKey: 'roles:*' });

/** The Finance Reviewer fixture, another Space, and Roles that can be asked for: one bound to its anchor, one for the whole Space. */
export async function createAccessWorld(admin: GraphqlCaller): Promise<void> {
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  const role = async (id: string, permissionId: string, more: object): Promise<void> => {
    await admin.mutate('createRole', { id, spaceId: SPACE, key: id.slice('role_'.length), name: `Name of ${id}`, ...more }, 'role { id }');
    await admin.mutate('createRolePermission', { roleId: id, permissionId }, 'rolePermission { id }');
  };
  await role('role_reader', 'perm_invoice_read_group_tree', { requestable: true, description: 'Reads invoices' });
  await role('role_deleter', 'perm_invoice_delete_space', { requestable: true });
  await role('role_hidden', 'perm_invoice_update_group_tree', {});
  await role('role_resting', 'perm_invoice_read_group_tree', { requestable: true });
  await admin.mutate('disableRole', { id: 'role_resting' }, 'role { id }');
  await admin.mutate('createRole', { id: 'role_foreign', spaceId: 'space_other', key: 'foreign', name: 'Foreign', requestable: true }, 'role { id }');
}

/** A moment so many days from now, as GraphQL takes it. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
