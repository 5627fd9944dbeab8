import type { Facts, GrantFact, GroupFact, Question, ResourceFact, RoleFact } from '../../engine/index.js';
import { FactRows, type Body } from './fact-rows.js';

/** A question as the database is asked it. */
export interface StoreRequest {
  readonly question: Question;
  readonly mode: 'stored' | 'proposed_target';
  readonly targetGroup?: { readonly spaceId: string; readonly id?: string; readonly path?: string };
}

/** Rows of facts, and the facts of a question by looking at all of them: slow, and too simple to be wrong in the way an index is. */
export class FactStore extends FactRows {
  private paths: { readonly version: number; readonly of: Map<string, Map<string, readonly RoleFact[]>> } = { version: -1, of: new Map() };

  /** Facts of a question; of a proposed target everything but the Resource. */
  facts({ question, mode, targetGroup }: StoreRequest, revision = { space: 0, instance: 0 }): Facts {
    const { actor, resourceType, resourceId, action } = question;
    const resource = mode === 'stored' ? resourceFact(this.get('resource', resourceId)) : undefined;
    const [type, registered, mapping] = [
      this.where('resource_type', 'key', resourceType)[0],
      this.where('resource_action', 'resource_type', resourceType).find(({ key }) => key === action),
      this.where('resource_mapping', 'resource_type', resourceType)[0],
    ];
    return {
      revision,
      registry: {
        resourceType: type && pick(type, 'id', 'key', 'status'),
        action: registered && { ...pick(registered, 'id', 'key', 'status'), riskLevel: registered['risk_level'] as string, auditDefault: registered['audit_default'] === true },
        mapping: mapping && { ...pick(mapping, 'id', 'status'), storageKind: mapping['storage_kind'] as string },
      } as Facts['registry'],
      user: this.fact('user', actor.userId, ({ id, status }) => ({ id, status: String(status) })),
      member: this.fact('member', actor.memberId, ({ id, status, ...body }) => ({ id, spaceId: String(body['space_id']), status: String(status) })),
      userMember: this.fact('user_member', actor.userMemberId, (body) => ({
        id: body.id, userId: String(body['user_id']), memberId: String(body['member_id']), spaceId: String(body['space_id']), relationType: String(body['relation_type']),
        status: String(body['status']), isPrimary: body['is_primary'] === true, ...withMoment('expiresAt', body['expires_at']),
      })),
      space: this.fact('space', actor.spaceId, ({ id, status }) => ({ id, status: String(status) })),
      resource,
      group: mode === 'stored' ? groupFact(this.get('group', resource?.groupId)) : this.proposedGroup(targetGroup),
      isTargetInline: mode !== 'stored',
      grants: this.where('member_role', 'member_id', actor.memberId).flatMap((body) => this.grantsBy(body)),
    };
  }

  private fact<Made>(kind: string, id: string, make: (body: Body) => Made): Made | undefined {
    const body = this.get(kind, id);
    return body === undefined ? undefined : make(body);
  }

  private proposedGroup(named: StoreRequest['targetGroup']): GroupFact | undefined {
    if (named === undefined) return undefined;
    const there = this.inSpace('group', named.spaceId);
    return groupFact(there.find(({ id, path }) => (named.id === undefined ? path === named.path : id === named.id)));
  }

  private grantsBy(assignment: Body): GrantFact[] {
    const role = roleFact(this.get('role', assignment['role_id']));
    if (role === undefined) return [];
    const anchor = groupFact(this.get('group', assignment['scope_anchor_group_id']));
    const memberRole = {
      id: assignment.id, memberId: String(assignment['member_id']), spaceId: String(assignment['space_id']), status: String(assignment['status']),
      ...withMoment('startsAt', assignment['starts_at']), ...withMoment('expiresAt', assignment['expires_at']), ...withText('condition', assignment['condition']),
    };
    return [...this.pathsFrom(role.id)].flatMap(([holder, inherited]) =>
      this.where('role_permission', 'role_id', holder).flatMap((body): GrantFact[] => {
        const permission = this.get('permission', body['permission_id']);
        return permission === undefined ? [] : [{
          memberRole, role, inherited, ...(anchor === undefined ? {} : { anchor }),
          rolePermission: { id: body.id, status: String(body['status']) },
          permission: {
            id: permission.id, resourceType: String(permission['resource_type']), action: String(permission['action']), scope: String(permission['scope']),
            effect: permission['effect'] === 'deny' ? 'deny' : 'allow', status: String(permission['status']), ...withText('condition', permission['condition']),
          },
        }];
      }));
  }

  // Every way over active Roles and active inheritances; of those to one Role the shortest, then the first by ids.
  private pathsFrom(roleId: string): ReadonlyMap<string, readonly RoleFact[]> {
    if (this.paths.version !== this.version) this.paths = { version: this.version, of: new Map() };
    const held = this.paths.of.get(roleId);
    if (held !== undefined) return held;
    const edges = this.where('role_inheritance', 'status', 'active');
    const best = new Map<string, readonly RoleFact[]>();
    const isBetter = (way: readonly RoleFact[], other: readonly RoleFact[] | undefined): boolean =>
      other === undefined || way.length < other.length || (way.length === other.length && ids(way) < ids(other));
    const follow = (at: string, way: readonly RoleFact[]): void => {
      if (isBetter(way, best.get(at))) best.set(at, way);
      for (const edge of edges) {
        const next = roleFact(this.get('role', edge['inherited_role_id']));
        if (edge['role_id'] !== at || next?.status !== 'active' || next.id === roleId || way.some(({ id }) => id === next.id)) continue;
        follow(next.id, [...way, next]);
      }
    };
    follow(roleId, []);
    this.paths.of.set(roleId, best);
    return best;
  }
}

/** A Resource as decisions read it. */
export function resourceFact(body: Body | undefined): ResourceFact | undefined {
  if (body === undefined) return undefined;
  const metadata = body['metadata'] as Record<string, unknown>;
  return {
    id: body.id, spaceId: String(body['space_id']), resourceType: String(body['resource_type']), ...withText('externalId', body['external_id']),
    ...withText('groupId', body['group_id']), ...withText('ownerMemberId', body['owner_member_id']), visibility: String(body['visibility']), status: String(body['status']),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

function groupFact(body: Body | undefined): GroupFact | undefined {
  return body && { id: body.id, spaceId: String(body['space_id']), path: String(body['path']), status: String(body['status']) };
}

function roleFact(body: Body | undefined): RoleFact | undefined {
  return body && { id: body.id, key: String(body['key']), spaceId: String(body['space_id']), status: String(body['status']) };
}

// '/' stands before every character that an id has but '-' and '.', which random worlds leave out of Role ids.
function ids(way: readonly RoleFact[]): string {
  return way.map(({ id }) => id).join('/');
}

function withText<Field extends string>(field: Field, value: unknown): { readonly [Key in Field]?: string } {
  return typeof value === 'string' ? ({ [field]: value } as { [Key in Field]: string }) : {};
}

function withMoment<Field extends string>(field: Field, value: unknown): { readonly [Key in Field]?: number } {
  return typeof value === 'string' ? ({ [field]: Math.floor(Date.parse(value)) } as { [Key in Field]: number }) : {};
}

function pick(body: Body, ...columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, body[column]]));
}
