import type {
  Facts, GrantFact, GroupFact, MemberFact, MemberRoleFact, PermissionFact, RegistryFacts, ResourceFact, RoleFact, SpaceFact, UserFact, UserMemberFact,
} from '../engine/index.js';
import type { FactRequest } from './fact-source.js';
import { RolePaths } from './role-paths.js';

type Action = NonNullable<RegistryFacts['action']> & { readonly resourceType?: string };
type Mapping = NonNullable<RegistryFacts['mapping']> & { readonly resourceType?: string };
type AssignmentRow = MemberRoleFact & { readonly roleId: string; readonly anchor?: GroupFact };
type RolePermissionRow = GrantFact['rolePermission'] & { readonly roleId: string; readonly permission: PermissionFact };

/** One row of facts: its kind and what it says. SQL has null where the engine has undefined. */
export interface FactRow {
  readonly kind: string;
  readonly fact: Record<string, unknown>;
}

/** The rows of one look at the facts, by what they are looked up with. */
export class FoundFacts {
  private readonly revisions = new Map<string, number>();
  private readonly users = new Map<string, UserFact>();
  private readonly members = new Map<string, MemberFact>();
  private readonly userMembers = new Map<string, UserMemberFact>();
  private readonly spaces = new Map<string, SpaceFact>();
  private readonly types = new Map<string, NonNullable<RegistryFacts['resourceType']>>();
  private readonly actions = new Map<string, Action>();
  private readonly mappings = new Map<string, Mapping>();
  private readonly resources = new Map<string, ResourceFact>();
  private readonly groups = new Map<string, GroupFact>();
  private readonly groupsByPath = new Map<string, GroupFact>();
  private readonly roles = new RolePaths();
  private readonly assignments = new Map<string, AssignmentRow[]>();
  private readonly rolePermissions = new Map<string, RolePermissionRow[]>();
  private readonly grants = new Map<string, readonly GrantFact[]>();

  constructor(rows: readonly FactRow[]) {
    for (const { kind, fact } of rows) this.add(kind, withoutNulls(fact));
  }

  of({ question, mode, targetGroup }: FactRequest): Facts {
    const { actor, resourceType, resourceId, action } = question;
    const revision = { space: this.revisions.get(actor.spaceId) ?? 0, instance: this.revisions.get('') ?? 0 };
    const registry = {
      resourceType: this.types.get(resourceType),
      action: this.actions.get(keyOf(resourceType, action)),
      mapping: this.mappings.get(resourceType),
    };
    if (mode === 'inline') return { revision, registry, isTargetInline: true, grants: [] };
    const resource = mode === 'stored' ? this.resources.get(resourceId) : undefined;
    return {
      revision,
      registry,
      user: this.users.get(actor.userId),
      member: this.members.get(actor.memberId),
      userMember: this.userMembers.get(actor.userMemberId),
      space: this.spaces.get(actor.spaceId),
      resource,
      group: mode === 'stored' ? this.groups.get(resource?.groupId ?? '') : this.proposedGroup(targetGroup),
      isTargetInline: mode !== 'stored',
      grants: this.grantsOf(actor.memberId, resourceType, action),
    };
  }

  private proposedGroup(named: FactRequest['targetGroup']): GroupFact | undefined {
    if (named === undefined) return undefined;
    const group = named.id === undefined ? this.groupsByPath.get(keyOf(named.spaceId, named.path ?? '')) : this.groups.get(named.id);
    return group?.spaceId === named.spaceId ? group : undefined;
  }

  private grantsOf(memberId: string, resourceType: string, action: string): readonly GrantFact[] {
    const key = keyOf(memberId, resourceType, action);
    const held = this.grants.get(key);
    if (held !== undefined) return held;
    const made = (this.assignments.get(memberId) ?? []).flatMap((assignment) => this.grantsBy(assignment, keyOf(resourceType, action)));
    this.grants.set(key, made);
    return made;
  }

  private grantsBy({ roleId, anchor, ...memberRole }: AssignmentRow, right: string): GrantFact[] {
    const role = this.roles.role(roleId);
    if (role === undefined) return [];
    return [...this.roles.from(roleId)].flatMap(([holder, inherited]) =>
      (this.rolePermissions.get(keyOf(holder, right)) ?? []).map((row) => {
        const { roleId: _, permission, ...rolePermission } = row;
        const grant = { memberRole, role, inherited, rolePermission, permission };
        return anchor === undefined ? grant : { ...grant, anchor };
      }),
    );
  }

  private add(kind: string, fact: never): void {
    const { id, key, resourceType, spaceId, rev } = fact as Record<'id' | 'key' | 'resourceType' | 'spaceId', string> & { rev: number };
    switch (kind) {
      case 'revision': this.revisions.set(spaceId, rev); break;
      case 'user': this.users.set(id, fact); break;
      case 'member': this.members.set(id, fact); break;
      case 'user_member': this.userMembers.set(id, fact); break;
      case 'space': this.spaces.set(id, fact); break;
      case 'resource_type': this.types.set(key, fact); break;
      case 'resource_action': this.actions.set(keyOf(resourceType, key), fact); break;
      case 'resource_mapping': this.mappings.set(resourceType, fact); break;
      case 'resource': this.resources.set(id, fact); break;
      case 'group':
        this.groups.set(id, fact);
        this.groupsByPath.set(keyOf(spaceId, (fact as GroupFact).path), fact);
        break;
      default: this.addRight(kind, fact);
    }
  }

  private addRight(kind: string, fact: never): void {
    switch (kind) {
      case 'role': this.roles.addRole(fact as RoleFact); break;
      case 'role_inheritance': {
        const { roleId, inheritedRoleId } = fact as { roleId: string; inheritedRoleId: string };
        this.roles.addInheritance(roleId, inheritedRoleId);
        break;
      }
      case 'member_role': append(this.assignments, (fact as AssignmentRow).memberId, fact as AssignmentRow); break;
      case 'role_permission': {
        const row = fact as RolePermissionRow;
        append(this.rolePermissions, keyOf(row.roleId, keyOf(row.permission.resourceType, row.permission.action)), row);
        break;
      }
      default: throw new Error(`Unknown fact ${kind}`);
    }
  }
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const held = lists.get(key);
  if (held === undefined) lists.set(key, [value]);
  else held.push(value);
}

// What is inside metadata is the owner's: a null there is a value.
function withoutNulls(fact: Record<string, unknown>): never {
  for (const [field, value] of Object.entries(fact)) {
    if (value === null) delete fact[field];
    else if (typeof value === 'object' && field !== 'metadata') withoutNulls(value as Record<string, unknown>);
  }
  return fact as never;
}

// JSON keeps the parts apart whatever they contain.
function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
