import type { FactRow } from '../../fact-index/fact-row.js';
import { MODEL_IDS } from '../ids.js';
import type { Model } from '../model.js';
import { spaceOf } from './space-of.js';

type Body = Readonly<Record<string, unknown>> & { readonly id: string };

/** A model as rows of the tables, which an index of a Space takes. */
export function indexRows(model: Model): FactRow[] {
  const space = spaceOf(model);
  const rows: FactRow[] = [];
  const add = (kind: string, body: Body): void => void rows.push({ kind, id: body.id, removed: false, body });
  add('space', { id: space.id, status: space.status });
  addRegistry(model, add);
  addPeople(model, space.id, add);
  for (const { key, status, permissions, inherits } of model.roles.values()) {
    const id = MODEL_IDS.role(space.id, key);
    add('role', { id, space_id: space.id, key, status });
    for (const { name } of permissions) {
      const permission = MODEL_IDS.permission(name);
      add('role_permission', { id: MODEL_IDS.rolePermission(id, permission), space_id: space.id, role_id: id, permission_id: permission, status: 'active' });
    }
    for (const { name } of inherits) {
      const inherited = MODEL_IDS.role(space.id, name);
      add('role_inheritance', { id: MODEL_IDS.inheritance(id, inherited), space_id: space.id, role_id: id, inherited_role_id: inherited, status: 'active' });
    }
  }
  for (const assignment of model.assignments) {
    const { member, role, anchor, startsAt, expiresAt, condition } = assignment;
    add('member_role', {
      id: MODEL_IDS.assignment(space.id, assignment), space_id: space.id, status: 'active', member_id: MODEL_IDS.member(member.name), role_id: MODEL_IDS.role(space.id, role.name),
      scope_anchor_group_id: anchor === undefined ? null : MODEL_IDS.group(space.id, anchor.name), starts_at: momentOf(startsAt), expires_at: momentOf(expiresAt), condition: condition ?? null,
    });
  }
  return rows;
}

function addRegistry({ types, permissions }: Model, add: (kind: string, body: Body) => void): void {
  for (const { key, status, mapping, actions } of types.values()) {
    add('resource_type', { id: MODEL_IDS.type(key), key, status });
    if (mapping !== undefined) add('resource_mapping', { id: MODEL_IDS.mapping(key), resource_type: key, storage_kind: mapping.storage, status: mapping.status });
    for (const action of actions.values()) {
      add('resource_action', { id: MODEL_IDS.action(key, action.key), resource_type: key, key: action.key, risk_level: action.risk, audit_default: action.audit, status: action.status });
    }
  }
  for (const { key, type, action, scope, effect, condition, status } of permissions.values()) {
    add('permission', { id: MODEL_IDS.permission(key), resource_type: type, action, scope, effect, condition: condition ?? null, status });
  }
}

function addPeople({ groups, users, members }: Model, spaceId: string, add: (kind: string, body: Body) => void): void {
  for (const { path, status } of groups.values()) {
    const dot = path.lastIndexOf('.');
    add('group', { id: MODEL_IDS.group(spaceId, path), space_id: spaceId, path, status, parent_group_id: dot < 0 ? null : MODEL_IDS.group(spaceId, path.slice(0, dot)) });
  }
  for (const { key, status } of users.values()) add('user', { id: MODEL_IDS.user(key), status });
  for (const { key, memberType, status, bindings } of members.values()) {
    const memberId = MODEL_IDS.member(key);
    add('member', { id: memberId, space_id: spaceId, member_type: memberType, status });
    for (const binding of bindings.values()) {
      add('user_member', {
        id: MODEL_IDS.binding(binding.key), space_id: spaceId, user_id: MODEL_IDS.user(binding.user.name), member_id: memberId, relation_type: binding.relation,
        is_primary: binding.primary, status: binding.status, expires_at: momentOf(binding.expiresAt),
      });
    }
  }
}

function momentOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
