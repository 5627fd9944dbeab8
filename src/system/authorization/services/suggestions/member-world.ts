import { raw, sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision, GroupFact, Question, ResourceFact } from '../../engine/index.js';
import { text, type FactRow } from '../../fact-index/fact-row.js';
import { RegistryIndex } from '../../fact-index/registry-index.js';
import { SpaceIndex } from '../../fact-index/space-index.js';
import type { FactRequest } from '../fact-source.js';
import { defined } from '../inline-facts.js';

/** What one Member has and could be given, as it is now and of one snapshot: an index of its own, in which changes can be tried. */
export interface MemberWorld {
  readonly index: SpaceIndex;
  readonly revision: FactRevision;
  /** The Resource of a stored target. */
  readonly resource: ResourceFact | undefined;
  /** The Group of the target. */
  readonly group: GroupFact | undefined;
  /** All assignments of the Member, revoked ones too. */
  readonly assignments: readonly FactRow[];
  /** Permissions for the type and the action that is asked about, and those that Roles of the Space hold. */
  readonly permissions: readonly FactRow[];
  readonly roles: ReadonlyMap<string, { readonly key: string; readonly isRequestable: boolean }>;
}

/** Reads what it takes to try grants for the Member of a question, by one statement. Undefined when there is no such Space. */
export async function readMemberWorld(executor: SqlExecutor, { question, mode, targetGroup }: FactRequest): Promise<MemberWorld | undefined> {
  const { actor, resourceType, resourceId, action } = question;
  const { spaceId, memberId } = actor;
  const isTarget = mode === 'stored'
    ? sql`g.id = (SELECT r.group_id FROM sys_resource.resources r WHERE r.id = ${resourceId} AND r.space_id = ${spaceId})`
    : targetGroup?.spaceId !== spaceId ? raw('FALSE') : targetGroup.id === undefined ? sql`g.path = ${targetGroup.path ?? ''}` : sql`g.id = ${targetGroup.id}`;
  const rows = await executor.query<{ kind: string; id: string; body: FactRow['body'] }>(sql`
    WITH target AS (SELECT g.* FROM sys_identity.groups g WHERE g.space_id = ${spaceId} AND ${isTarget}),
    assigned AS (SELECT mr.* FROM sys_authz.member_roles mr WHERE mr.space_id = ${spaceId} AND mr.member_id = ${memberId}),
    held AS (SELECT rp.* FROM sys_authz.role_permissions rp WHERE rp.space_id = ${spaceId}),
    row (kind, id, body) AS (
      SELECT 'revision', space_id::text, jsonb_build_object('rev', rev) FROM sys_authz.revision WHERE space_id IN ('', ${spaceId})
      UNION ALL SELECT 'resource_type', id, to_jsonb(t) FROM sys_resource.resource_types t
      UNION ALL SELECT 'resource_action', id, to_jsonb(t) FROM sys_resource.resource_actions t
      UNION ALL SELECT 'resource_mapping', id, to_jsonb(t) FROM sys_resource.resource_mappings t
      UNION ALL SELECT 'permission', p.id, to_jsonb(p) FROM sys_authz.permissions p
        WHERE (p.resource_type = ${resourceType} AND p.action = ${action}) OR p.id IN (SELECT permission_id FROM held)
      UNION ALL SELECT 'space', id, jsonb_build_object('id', id, 'status', status) FROM sys_identity.spaces WHERE id = ${spaceId}
      UNION ALL SELECT 'member', id, jsonb_build_object('id', id, 'status', status, 'member_type', member_type) FROM sys_identity.members WHERE id = ${memberId} AND space_id = ${spaceId}
      UNION ALL SELECT 'user_member', id, jsonb_build_object('id', id, 'user_id', user_id, 'member_id', member_id, 'status', status, 'relation_type', relation_type,
        'is_primary', is_primary, 'expires_at', expires_at) FROM sys_identity.user_members WHERE id = ${actor.userMemberId} AND space_id = ${spaceId}
      UNION ALL SELECT 'user', id, jsonb_build_object('id', id, 'status', status) FROM sys_identity.users WHERE id = ${actor.userId}
      UNION ALL SELECT 'role', id, jsonb_build_object('id', id, 'key', key, 'status', status, 'requestable', requestable) FROM sys_authz.roles WHERE space_id = ${spaceId}
      UNION ALL SELECT 'role_permission', id, to_jsonb(held) FROM held
      UNION ALL SELECT 'role_inheritance', id, to_jsonb(t) FROM sys_authz.role_inheritances t WHERE t.space_id = ${spaceId}
      UNION ALL SELECT 'member_role', id, to_jsonb(assigned) FROM assigned
      UNION ALL SELECT 'group', g.id, jsonb_build_object('id', g.id, 'parent_group_id', g.parent_group_id, 'path', g.path, 'status', g.status) FROM sys_identity.groups g
        WHERE g.space_id = ${spaceId} AND (g.id IN (SELECT scope_anchor_group_id FROM assigned)
          OR EXISTS (SELECT FROM target t WHERE t.path = g.path OR starts_with(t.path, g.path || '.')))
      UNION ALL SELECT 'target', id, jsonb_build_object('id', id, 'spaceId', space_id, 'path', path, 'status', status) FROM target
      UNION ALL SELECT 'resource', r.id, jsonb_build_object('id', r.id, 'spaceId', r.space_id, 'resourceType', r.resource_type, 'externalId', r.external_id, 'groupId', r.group_id,
        'ownerMemberId', r.owner_member_id, 'visibility', r.visibility, 'status', r.status, 'metadata', nullif(r.metadata, '{}'))
        FROM sys_resource.resources r WHERE ${mode === 'stored'} AND r.id = ${resourceId}
    ) SELECT kind, id, body FROM row`);
  return worldOf(question, rows.map((row) => ({ ...row, removed: false })));
}

function worldOf({ actor }: Question, rows: readonly FactRow[]): MemberWorld | undefined {
  const of = (kind: string): FactRow[] => rows.filter((row) => row.kind === kind);
  if (of('space').length === 0) return undefined;
  const rev = (id: string): number => Number(of('revision').find((row) => row.id === id)?.body['rev'] ?? 0);
  const registry = new RegistryIndex();
  registry.apply(rows);
  registry.revision = rev('');
  const index = new SpaceIndex(actor.spaceId, registry);
  index.revision = rev(actor.spaceId);
  index.apply(rows.filter(({ kind }) => kind !== 'resource'));
  const users = new Map(of('user').map((row) => [row.id, text(row, 'status')]));
  for (const id of index.actors.unknownUsers) index.actors.setUser(id, users.get(id) ?? 'missing');
  index.settle();
  const withoutNulls = (body: FactRow['body']): Record<string, unknown> => defined(Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value ?? undefined])));
  const [resource, group] = [of('resource')[0], of('target')[0]];
  return {
    index,
    revision: { space: index.revision, instance: registry.revision },
    resource: resource === undefined ? undefined : (withoutNulls(resource.body) as unknown as ResourceFact),
    group: group === undefined ? undefined : (group.body as unknown as GroupFact),
    assignments: of('member_role'),
    permissions: of('permission'),
    roles: new Map(of('role').map(({ id, body }) => [id, { key: String(body['key']), isRequestable: body['requestable'] === true }])),
  };
}
