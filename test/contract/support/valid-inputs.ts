/** One kind of object that the API makes: its type in mutation names, an id that is taken, and an input that is right. */
export interface Kind {
  readonly type: string;
  /** Field of the payload. */
  readonly field: string;
  readonly taken: string;
  /** Made anew for each call; `n` keeps keys apart. */
  readonly input: (n: number) => Readonly<Record<string, unknown>>;
  /** A text field of the input. */
  readonly text?: string;
  readonly hasMetadata?: true;
}

/** Every kind of object that can be made with an id of one's own, over the Finance Reviewer fixture. */
export const KINDS: readonly Kind[] = [
  { type: 'Space', field: 'space', taken: 'space_acme', input: () => ({ name: 'New' }), text: 'name', hasMetadata: true },
  { type: 'User', field: 'user', taken: 'user_alice', input: (n) => ({ email: `new${n}@example.com` }), text: 'displayName', hasMetadata: true },
  { type: 'Group', field: 'group', taken: 'group_finance', input: (n) => ({ spaceId: 'space_acme', key: `new${n}` }), text: 'displayName', hasMetadata: true },
  { type: 'Member', field: 'member', taken: 'member_finance_reviewer', input: () => ({ spaceId: 'space_acme', displayName: 'New' }), text: 'displayName', hasMetadata: true },
  { type: 'UserMember', field: 'userMember', taken: 'um_alice_finance_reviewer', input: () => ({ userId: 'user_bob', memberId: 'member_invoice_creator' }), hasMetadata: true },
  { type: 'Role', field: 'role', taken: 'role_finance_approver', input: (n) => ({ spaceId: 'space_acme', key: `new${n}`, name: 'New' }), text: 'name', hasMetadata: true },
  { type: 'Permission', field: 'permission', taken: 'perm_invoice_approve_group_tree', input: (n) => ({ resourceType: 'invoice', action: `new${n}`, scope: 'SPACE' }), text: 'description' },
  { type: 'RolePermission', field: 'rolePermission', taken: 'rp_finance_approver_approve', input: () => ({ roleId: 'role_finance_approver', permissionId: 'perm_invoice_reject_group_tree' }) },
  { type: 'MemberRole', field: 'memberRole', taken: 'mr_finance_reviewer_approver_finance', input: () => ({ memberId: 'member_invoice_creator', roleId: 'role_finance_approver' }) },
  { type: 'RoleInheritance', field: 'roleInheritance', taken: 'ri_taken', input: () => ({ roleId: 'role_finance_approver', inheritedRoleId: 'role_taken_too' }) },
  { type: 'SeparationRule', field: 'separationRule', taken: 'sod_taken', input: () => ({ spaceId: 'space_acme', name: 'New', roleIds: ['role_finance_approver', 'role_taken'] }), text: 'name' },
  { type: 'ResourceType', field: 'resourceType', taken: 'rt_invoice', input: (n) => ({ key: `new${n}`, displayName: 'New' }), text: 'displayName', hasMetadata: true },
  { type: 'ResourceAction', field: 'resourceAction', taken: 'ra_invoice_approve', input: (n) => ({ resourceType: 'invoice', key: `new${n}`, displayName: 'New' }), text: 'displayName' },
  { type: 'Resource', field: 'resource', taken: 'invoice_001', input: () => ({ spaceId: 'space_acme', resourceType: 'invoice' }), text: 'displayName', hasMetadata: true },
  { type: 'AdminGrant', field: 'adminGrant', taken: 'ag_taken', input: () => ({ userId: 'user_bob', level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'users:read' }) },
  { type: 'ApiKey', field: 'apiKey', taken: 'ak_taken', input: () => ({ name: 'New', level: 'INSTANCE', permissionKeys: ['users:read'] }), text: 'name', hasMetadata: true },
];
