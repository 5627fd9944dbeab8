import type { FactRow } from '../../services/found-facts.js';
import { MODEL_IDS } from '../ids.js';
import type { Model, PermissionEntry } from '../model.js';
import { resourceFact } from './resource-fact.js';
import { spaceOf } from './space-of.js';

/**
 * A model as the statement that reads facts gives them. Made apart from the rows of an index on purpose: each decision is made over
 * both, and a mistake in either shows.
 */
export function foundRows(model: Model): FactRow[] {
  const { id: spaceId, status } = spaceOf(model);
  const anchorOf = (path: string): object => ({ id: MODEL_IDS.group(spaceId, path), spaceId, path, status: model.groups.get(path)?.status });
  const permissionOf = (name: string): object => {
    const { key, type: resourceType, action, scope, effect, condition, status: counts } = model.permissions.get(name) as PermissionEntry;
    return { id: MODEL_IDS.permission(key), resourceType, action, scope, effect, condition: condition ?? null, status: counts };
  };
  return [
    { kind: 'space', fact: { id: spaceId, status } },
    ...[...model.types.values()].flatMap(({ key, status: counts, mapping, actions }) => [
      { kind: 'resource_type', fact: { id: MODEL_IDS.type(key), key, status: counts } },
      ...(mapping === undefined ? [] : [{ kind: 'resource_mapping', fact: { id: MODEL_IDS.mapping(key), resourceType: key, storageKind: mapping.storage, status: mapping.status } }]),
      ...[...actions.values()].map((action) => ({
        kind: 'resource_action', fact: { id: MODEL_IDS.action(key, action.key), resourceType: key, key: action.key, riskLevel: action.risk, auditDefault: action.audit, status: action.status },
      })),
    ]),
    ...[...model.groups.keys()].map((path) => ({ kind: 'group', fact: { ...anchorOf(path) } })),
    ...[...model.users.values()].map((user) => ({ kind: 'user', fact: { id: MODEL_IDS.user(user.key), status: user.status } })),
    ...[...model.members.values()].flatMap((member) => [
      { kind: 'member', fact: { id: MODEL_IDS.member(member.key), spaceId, status: member.status } },
      ...[...member.bindings.values()].map(({ key, user, relation, status: counts, primary, expiresAt }) => ({
        kind: 'user_member',
        fact: { id: MODEL_IDS.binding(key), userId: MODEL_IDS.user(user.name), memberId: MODEL_IDS.member(member.key), spaceId, relationType: relation, status: counts, isPrimary: primary, expiresAt: expiresAt ?? null },
      })),
    ]),
    ...[...model.roles.values()].flatMap((role) => {
      const id = MODEL_IDS.role(spaceId, role.key);
      return [
        { kind: 'role', fact: { id, key: role.key, spaceId, status: role.status } },
        ...role.inherits.map(({ name }) => ({ kind: 'role_inheritance', fact: { roleId: id, inheritedRoleId: MODEL_IDS.role(spaceId, name) } })),
        ...role.permissions.map(({ name }) => ({
          kind: 'role_permission', fact: { id: MODEL_IDS.rolePermission(id, MODEL_IDS.permission(name)), roleId: id, status: 'active', permission: permissionOf(name) },
        })),
      ];
    }),
    ...model.assignments.map((assignment) => ({
      kind: 'member_role',
      fact: {
        id: MODEL_IDS.assignment(spaceId, assignment), memberId: MODEL_IDS.member(assignment.member.name), roleId: MODEL_IDS.role(spaceId, assignment.role.name), spaceId, status: 'active',
        startsAt: assignment.startsAt ?? null, expiresAt: assignment.expiresAt ?? null, condition: assignment.condition ?? null,
        anchor: assignment.anchor === undefined ? null : anchorOf(assignment.anchor.name),
      },
    })),
    ...[...model.resources.values()].map((resource) => ({ kind: 'resource', fact: { ...resourceFact(resource, spaceId) } })),
  ];
}
