import { sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Facts, GrantFact, GroupFact } from '../engine/index.js';
import { factOfBody, permissionOfBody, type FactBody } from './fact-bodies.js';
import { defined } from './inline-facts.js';
import type { FirstRecordedDecision, RecordedCandidate } from './recorded-decision.js';

/** Facts of decisions whose record is the first one: it names every candidate, and they are read by their ids. */
export class FirstFactHistory {
  constructor(private readonly executor: SqlExecutor) {}

  async factsOf(recorded: FirstRecordedDecision): Promise<Facts> {
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
    const of: BodyOf = (kind, id) => (id === undefined ? undefined : versions.get(JSON.stringify([kind, id])));
    return {
      revision: recorded.revision,
      registry: defined({
        resourceType: fact(of, 'resource_type', registry.resourceTypeId),
        action: fact(of, 'resource_action', registry.actionId),
        mapping: fact(of, 'resource_mapping', registry.mappingId),
      }),
      ...(isStored ? defined({
        user: fact(of, 'user', actor.userId),
        member: fact(of, 'member', actor.memberId),
        userMember: fact(of, 'user_member', actor.userMemberId),
        space: fact(of, 'space', actor.spaceId),
        resource: contextMode === 'stored' ? fact(of, 'resource', recorded.resource.id) : inline.resource,
        group: fact(of, 'group', groupId),
      }) : inline),
      isTargetInline: contextMode !== 'stored',
      grants: isStored ? recorded.candidates.flatMap((candidate) => grantFact(candidate, of)) : (inline.grants ?? []).map(asToday),
    };
  }

  // Of another Space the revision is not known; what is shown of its objects never changes, so the time of the decision will do.
  private async versions({ actor, revision, decidedAt }: FirstRecordedDecision, wanted: readonly (readonly [string, string | undefined])[]): Promise<Map<string, FactBody>> {
    const named = wanted.filter(([, id]) => id !== undefined && id !== '');
    const rows = await this.executor.query<{ kind: string; id: string; body: FactBody }>(sql`
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

// Then, grants could not deny, and no Role inherited.
function asToday(grant: GrantFact): GrantFact {
  return { ...grant, inherited: [], permission: { ...grant.permission, effect: 'allow' } };
}

type BodyOf = (kind: string, id: string | undefined) => FactBody | undefined;

function fact<Fact>(of: BodyOf, kind: string, id: string | undefined): Fact | undefined {
  const body = of(kind, id);
  const found = body === undefined ? undefined : factOfBody(kind, body)?.fact;
  return found && (defined(Object.fromEntries(Object.entries(found).map(([key, value]) => [key, value ?? undefined]))) as Fact);
}

function grantFact(ids: RecordedCandidate, of: BodyOf): GrantFact[] {
  const assignment = fact<GrantFact['memberRole'] & { readonly roleId?: string }>(of, 'member_role', ids.memberRoleId);
  const role = fact<GrantFact['role']>(of, 'role', ids.roleId);
  const held = fact<GrantFact['rolePermission'] & { readonly roleId?: string }>(of, 'role_permission', ids.rolePermissionId);
  const permission = of('permission', ids.permissionId);
  if (!assignment || !role || !held || !permission) return [];
  const { roleId: _assigned, ...memberRole } = assignment;
  const { roleId: _holder, ...rolePermission } = held;
  const granted = permissionOfBody(permission) as unknown as GrantFact['permission'];
  const { condition, ...unconditional } = granted;
  return [defined({
    memberRole, role, inherited: [], rolePermission, permission: { ...unconditional, ...defined({ condition: condition ?? undefined }) },
    anchor: fact<GroupFact>(of, 'group', ids.anchorGroupId),
  })];
}
