import { sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Facts, GrantFact, GroupFact } from '../engine/index.js';
import type { RecordedCandidate, RecordedDecision } from './decision-record.js';
import { defined } from './inline-facts.js';

type Body = Readonly<Record<string, unknown>>;

/** Facts as they were at the revision of a recorded decision, out of the versions that triggers keep of every fact. */
export class FactHistory {
  constructor(private readonly executor: SqlExecutor) {}

  async factsOf(recorded: RecordedDecision): Promise<Facts> {
    const { actor, registry, contextMode, inline = {} } = recorded;
    const isStored = contextMode !== 'inline';
    const groupId = contextMode === 'inline' ? undefined : recorded.resource.groupId;
    const wanted: (readonly [kind: string, id: string | undefined])[] = [
      ['resource_type', registry.resourceTypeId],
      ['resource_action', registry.actionId],
      ['resource_mapping', registry.mappingId],
      ...(isStored ? ([['user', actor.userId], ['member', actor.memberId], ['user_member', actor.userMemberId], ['space', actor.spaceId], ['group', groupId]] as const) : []),
      ...(contextMode === 'stored' ? ([['resource', recorded.resource.id]] as const) : []),
      ...(isStored ? recorded.candidates.flatMap(idsOf) : []),
    ];
    const versions = await this.versions(recorded, wanted);
    const of = (kind: string, id: string | undefined): Body | undefined => (id === undefined ? undefined : versions.get(JSON.stringify([kind, id])));
    const group = groupFact(of('group', groupId));
    return {
      revision: recorded.revision,
      registry: defined({
        resourceType: of('resource_type', registry.resourceTypeId) as never,
        action: actionFact(of('resource_action', registry.actionId)),
        mapping: mappingFact(of('resource_mapping', registry.mappingId)),
      }),
      ...(isStored ? defined({
        user: of('user', actor.userId) as never,
        member: memberFact(of('member', actor.memberId)),
        userMember: bindingFact(of('user_member', actor.userMemberId)),
        space: of('space', actor.spaceId) as never,
        resource: contextMode === 'stored' ? resourceFact(of('resource', recorded.resource.id)) : inline.resource,
        group,
      }) : inline),
      isTargetInline: contextMode !== 'stored',
      grants: isStored ? recorded.candidates.flatMap((candidate) => grantFact(candidate, of)) : (inline.grants ?? []),
    };
  }

  // Of another Space the revision is not known; what is shown of its objects never changes, so the time of the decision will do.
  private async versions({ actor, revision, decidedAt }: RecordedDecision, wanted: readonly (readonly [string, string | undefined])[]): Promise<Map<string, Body>> {
    const named = wanted.filter(([, id]) => id !== undefined && id !== '');
    const rows = await this.executor.query<{ kind: string; id: string; body: Body }>(sql`
      SELECT named.kind, named.id, version.body
      FROM unnest(${named.map(([kind]) => kind)}::text[], ${named.map(([, id]) => id)}::text[]) AS named (kind, id)
      CROSS JOIN LATERAL (
        SELECT v.body, v.removed FROM sys_authz.fact_version v
        WHERE v.kind = named.kind AND v.id = named.id AND CASE
          WHEN v.space_id = '' THEN v.rev <= ${revision.instance}
          WHEN v.space_id = ${actor.spaceId} THEN v.rev <= ${revision.space}
          ELSE v.recorded_at <= ${new Date(decidedAt + 60_000)} END
        ORDER BY v.rev DESC LIMIT 1) AS version
      WHERE NOT version.removed`);
    return new Map(rows.map(({ kind, id, body }) => [JSON.stringify([kind, id]), body]));
  }
}

function idsOf({ memberRoleId, roleId, rolePermissionId, permissionId, anchorGroupId }: RecordedCandidate): (readonly [string, string | undefined])[] {
  return [['member_role', memberRoleId], ['role', roleId], ['role_permission', rolePermissionId], ['permission', permissionId], ['group', anchorGroupId]];
}

function moment(value: unknown): number | undefined {
  return typeof value === 'string' ? Date.parse(value) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function memberFact(body: Body | undefined): Facts['member'] {
  return body && { id: text(body.id), spaceId: text(body.space_id), status: text(body.status) };
}

function bindingFact(body: Body | undefined): Facts['userMember'] {
  return body && defined({
    id: text(body.id), userId: text(body.user_id), memberId: text(body.member_id), spaceId: text(body.space_id),
    relationType: text(body.relation_type), status: text(body.status), isPrimary: body.is_primary === true, expiresAt: moment(body.expires_at),
  });
}

function groupFact(body: Body | undefined): GroupFact | undefined {
  return body && { id: text(body.id), spaceId: text(body.space_id), path: text(body.path), status: text(body.status) };
}

function resourceFact(body: Body | undefined): Facts['resource'] {
  return body && defined({
    id: text(body.id), spaceId: text(body.space_id), resourceType: text(body.resource_type), externalId: optional(body.external_id),
    groupId: optional(body.group_id), ownerMemberId: optional(body.owner_member_id), visibility: optional(body.visibility), status: text(body.status),
  });
}

function actionFact(body: Body | undefined): Facts['registry']['action'] {
  return body && { id: text(body.id), key: text(body.key), riskLevel: text(body.risk_level), auditDefault: body.audit_default === true, status: text(body.status) };
}

function mappingFact(body: Body | undefined): Facts['registry']['mapping'] {
  return body && { id: text(body.id), storageKind: text(body.storage_kind), status: text(body.status) };
}

function grantFact(ids: RecordedCandidate, of: (kind: string, id: string | undefined) => Body | undefined): GrantFact[] {
  const [memberRole, role] = [of('member_role', ids.memberRoleId), of('role', ids.roleId)];
  const [rolePermission, permission] = [of('role_permission', ids.rolePermissionId), of('permission', ids.permissionId)];
  if (!memberRole || !role || !rolePermission || !permission) return [];
  return [defined({
    memberRole: defined({
      id: ids.memberRoleId, memberId: text(memberRole.member_id), spaceId: text(memberRole.space_id), status: text(memberRole.status), expiresAt: moment(memberRole.expires_at),
    }),
    role: { id: ids.roleId, key: text(role.key), spaceId: text(role.space_id), status: text(role.status) },
    inherited: [],
    rolePermission: { id: ids.rolePermissionId, status: text(rolePermission.status) },
    permission: {
      id: ids.permissionId, resourceType: text(permission.resource_type), action: text(permission.action), scope: text(permission.scope), effect: 'allow', status: text(permission.status),
    },
    anchor: groupFact(of('group', ids.anchorGroupId)),
  })];
}
