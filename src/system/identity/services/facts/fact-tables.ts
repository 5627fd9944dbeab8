import type { IdPrefix } from '../../../../kernel/ids/index.js';
import { TEXT } from '../support/index.js';
import { flag, idOf, idsOf, moment, object, oneOf, text, wholeNumber, type FieldCheck } from './field-checks.js';
import { assignmentFault, inheritanceFault, permissionFault, separationFault, type FactFault } from './fact-faults.js';
import type { FactKind } from './fact.js';

/** One field of a kind of facts, and the column that holds it. */
export interface FactField {
  readonly column: string;
  readonly type: 'text' | 'text[]' | 'jsonb' | 'boolean' | 'int' | 'timestamptz';
  readonly check: FieldCheck;
  readonly required?: boolean;
  /** Value of an absent field; a line states the whole fact. */
  readonly default?: unknown;
  /** Kind of the fact, or of the facts, that the field names. */
  readonly refersTo?: FactKind;
  /** The field cannot change once it is stored. */
  readonly fixed?: boolean;
}

/** A key besides the id. */
export interface NaturalKey {
  readonly fields: readonly string[];
  /** Compared without regard to case. */
  readonly anyCase?: boolean;
  /** A line without an id takes the id that is stored under this key. */
  readonly identifies?: boolean;
}

/** One kind of facts: where it is stored and what its lines hold. */
export interface FactTable {
  readonly table: string;
  /** False for what belongs to the instance. */
  readonly inSpace: boolean;
  /** Prefix of made ids; absent where lines must bring their id, because others refer to it. */
  readonly makesId?: IdPrefix;
  readonly fields: Readonly<Record<string, FactField>>;
  readonly keys: readonly NaturalKey[];
  /** What is wrong with fields that are right one by one. */
  readonly faultOf?: (values: Readonly<Record<string, unknown>>) => FactFault | undefined;
}

const id = (type: Parameters<typeof idOf>[0], required = true): FactField => ({ column: 'id', type: 'text', check: idOf(type), required });
const reference = (column: string, type: Parameters<typeof idOf>[0], refersTo: FactKind, more: Partial<FactField> = {}): FactField =>
  ({ column, type: 'text', check: idOf(type), refersTo, ...more });
const metadata: FactField = { column: 'metadata', type: 'jsonb', check: object, default: {} };
const status = (...words: readonly string[]): FactField => ({ column: 'status', type: 'text', check: oneOf(...words), default: 'active' });
const description: FactField = { column: 'description', type: 'text', check: text(TEXT.description) };
const ends: Readonly<Record<string, FactField>> = {
  status: status('active', 'revoked'),
  expiresAt: { column: 'expires_at', type: 'timestamptz', check: moment },
  revokedAt: { column: 'revoked_at', type: 'timestamptz', check: moment },
  revokedReason: { column: 'revoked_reason', type: 'text', check: text(TEXT.reason) },
};
const condition: FactField = { column: 'condition', type: 'text', check: text(TEXT.condition) };
const own = { required: true, fixed: true } as const;

/**
 * Where facts of each kind are stored. Roles, Permissions and their assignments are tables of authorization: this bulk door writes
 * them by SQL all the same, because a hundred thousand assignments cannot go through its mutations one by one. The shape of those
 * tables is part of the contract between the two; their constraints, versions and revisions hold for this door as for any other.
 */
export const FACT_TABLES: Readonly<Record<FactKind, FactTable>> = {
  user: {
    table: 'sys_identity.users',
    inSpace: false,
    fields: {
      id: id('User'),
      email: { column: 'email', type: 'text', check: text(TEXT.email), required: true },
      username: { column: 'username', type: 'text', check: text(TEXT.username) },
      phone: { column: 'phone', type: 'text', check: text(TEXT.phone) },
      displayName: { column: 'display_name', type: 'text', check: text(TEXT.name) },
      status: status('active', 'disabled'),
      metadata,
    },
    keys: [{ fields: ['email'], anyCase: true }, { fields: ['username'], anyCase: true }],
  },
  permission: {
    table: 'sys_authz.permissions',
    inSpace: false,
    fields: {
      id: id('Permission'),
      resourceType: { column: 'resource_type', type: 'text', check: text(TEXT.key), ...own },
      action: { column: 'action', type: 'text', check: text(TEXT.actionKey), ...own },
      scope: { column: 'scope', type: 'text', check: oneOf('self', 'group', 'group_tree', 'space', 'global'), ...own },
      effect: { column: 'effect', type: 'text', check: oneOf('allow', 'deny'), default: 'allow', fixed: true },
      condition: { ...condition, fixed: true },
      description,
      status: status('active', 'disabled'),
    },
    keys: [{ fields: ['resourceType', 'action', 'scope', 'effect', 'condition'] }],
    faultOf: permissionFault,
  },
  group: {
    table: 'sys_identity.groups',
    inSpace: true,
    fields: {
      id: id('Group'),
      path: { column: 'path', type: 'text', check: text(TEXT.groupPath), ...own },
      displayName: { column: 'display_name', type: 'text', check: text(TEXT.name) },
      sortOrder: { column: 'sort_order', type: 'int', check: wholeNumber, default: 1000 },
      status: status('active', 'disabled'),
      metadata,
    },
    keys: [{ fields: ['path'] }],
  },
  member: {
    table: 'sys_identity.members',
    inSpace: true,
    fields: {
      id: id('Member'),
      displayName: { column: 'display_name', type: 'text', check: text(TEXT.name), required: true },
      memberType: { column: 'member_type', type: 'text', check: oneOf('human', 'service'), default: 'human' },
      externalId: { column: 'external_id', type: 'text', check: text(TEXT.externalId) },
      status: status('active', 'disabled'),
      metadata,
    },
    keys: [{ fields: ['externalId'] }],
  },
  role: {
    table: 'sys_authz.roles',
    inSpace: true,
    fields: {
      id: id('Role'),
      key: { column: 'key', type: 'text', check: text(TEXT.key), required: true },
      name: { column: 'name', type: 'text', check: text(TEXT.name), required: true },
      description,
      status: status('active', 'disabled'),
      requestable: { column: 'requestable', type: 'boolean', check: flag, default: false },
      metadata,
    },
    keys: [{ fields: ['key'] }],
  },
  user_member: {
    table: 'sys_identity.user_members',
    inSpace: true,
    fields: {
      id: id('UserMember'),
      userId: reference('user_id', 'User', 'user', own),
      memberId: reference('member_id', 'Member', 'member', own),
      relationType: { column: 'relation_type', type: 'text', check: oneOf('login', 'delegate', 'external', 'service', 'temporary', 'self'), default: 'login' },
      isPrimary: { column: 'is_primary', type: 'boolean', check: flag, default: false },
      linkedByMemberId: reference('linked_by_member_id', 'Member', 'member'),
      ...ends,
      metadata,
    },
    keys: [],
  },
  role_permission: {
    table: 'sys_authz.role_permissions',
    inSpace: true,
    makesId: 'rp',
    fields: {
      id: id('RolePermission', false),
      roleId: reference('role_id', 'Role', 'role', own),
      permissionId: reference('permission_id', 'Permission', 'permission', own),
      status: status('active', 'revoked'),
    },
    keys: [{ fields: ['roleId', 'permissionId'], identifies: true }],
  },
  role_inheritance: {
    table: 'sys_authz.role_inheritances',
    inSpace: true,
    makesId: 'ri',
    fields: {
      id: id('RoleInheritance', false),
      roleId: reference('role_id', 'Role', 'role', own),
      inheritedRoleId: reference('inherited_role_id', 'Role', 'role', own),
      status: status('active', 'revoked'),
    },
    keys: [{ fields: ['roleId', 'inheritedRoleId'], identifies: true }],
    faultOf: inheritanceFault,
  },
  member_role: {
    table: 'sys_authz.member_roles',
    inSpace: true,
    makesId: 'mr',
    fields: {
      id: id('MemberRole', false),
      memberId: reference('member_id', 'Member', 'member', own),
      roleId: reference('role_id', 'Role', 'role', own),
      scopeAnchorGroupId: reference('scope_anchor_group_id', 'Group', 'group', { fixed: true }),
      startsAt: { column: 'starts_at', type: 'timestamptz', check: moment },
      condition,
      ...ends,
    },
    keys: [{ fields: ['memberId', 'roleId', 'scopeAnchorGroupId'], identifies: true }],
    faultOf: assignmentFault,
  },
  // Last: what an import brings along with a rule is there before it.
  separation_rule: {
    table: 'sys_authz.separation_rules',
    inSpace: true,
    fields: {
      id: id('SeparationRule'),
      name: { column: 'name', type: 'text', check: text(TEXT.name), required: true },
      roleIds: { column: 'role_ids', type: 'text[]', check: idsOf('Role'), default: [], refersTo: 'role' },
      permissionIds: { column: 'permission_ids', type: 'text[]', check: idsOf('Permission'), default: [], refersTo: 'permission' },
      atMost: { column: 'at_most', type: 'int', check: wholeNumber, default: 1 },
      status: status('active', 'disabled'),
    },
    keys: [],
    faultOf: separationFault,
  },
};
