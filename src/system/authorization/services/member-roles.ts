import { invalid, notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { covers, reach, reachPredicate, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, listPage, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { MemberRoleEntity, type MemberRoleRow } from '../entities/member-role.js';
import { assertPeriod } from './assignment-period.js';
import { checkedCondition } from './checked-condition.js';
import { requireDelegable, placeOfAssignment, requireRevocable } from './delegation.js';
import { equalities, inOrder, type Change } from './filters.js';
import { assertSpaceOpen, knowsSpace } from './space-place.js';

const COLUMNS = raw(`mr.id, mr.space_id AS "spaceId", mr.member_id AS "memberId", mr.role_id AS "roleId",
  mr.scope_anchor_group_id AS "scopeAnchorGroupId", mr.status, mr.starts_at AS "startsAt", mr.expires_at AS "expiresAt", mr.condition,
  mr.revoked_at AS "revokedAt", mr.revoked_reason AS "revokedReason", mr.version, mr.created_at AS "createdAt", mr.updated_at AS "updatedAt"`);
const FROM = raw('sys_authz.member_roles mr LEFT JOIN sys_identity.groups anchor ON anchor.id = mr.scope_anchor_group_id');
const TAKEN = { code: 'ALREADY_EXISTS', message: 'The Member holds this Role at this anchor.', path: ['input', 'roleId'] } as const;
/** What the database says to assigning and revoking. */
export const MEMBER_ROLE_CONSTRAINTS = {
  member_roles_member_id_role_id_scope_anchor_group_id_key: TAKEN,
  member_roles_period: { code: 'VALIDATION_FAILED', message: 'An assignment starts before it ends.', path: ['input', 'startsAt'] },
  member_roles_revoked_reason_check: { code: 'VALIDATION_FAILED', message: 'A reason has at most 500 characters.', path: ['input', 'reason'] },
} as const;

/** Input of {@link MemberRoles.create}. */
export interface CreateMemberRole {
  readonly id?: string | null;
  readonly memberId: string;
  readonly roleId: string;
  readonly scopeAnchorGroupId?: string | null;
  readonly startsAt?: Date | null;
  readonly expiresAt?: Date | null;
  readonly condition?: string | null;
}

/** Input of {@link MemberRoles.update}: absent fields stay, null takes away. */
export interface UpdateMemberRole extends Change {
  readonly startsAt?: Date | null;
  readonly expiresAt?: Date | null;
  readonly condition?: string | null;
}

/** Filters of {@link MemberRoles.list}. */
export interface MemberRoleFilter {
  readonly spaceId?: string | null;
  readonly memberId?: string | null;
  readonly roleId?: string | null;
  readonly scopeAnchorGroupId?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ memberRole: MemberRoleRow }>>;

/** Which Roles a Member holds, and where. An admin of a Group sees and changes what is anchored inside it. */
export class MemberRoles {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: SeparationOfDuty,
  ) {}

  /** Assignments that the caller may read, by id. */
  async list(context: RequestContext, filter: MemberRoleFilter, page: PageInput): Promise<ListPage<MemberRoleRow>> {
    return listPage<MemberRoleRow>(this.database, 'memberRoles', {
      select: COLUMNS,
      from: FROM,
      where: every([
        this.visible(context),
        ...equalities({
          'mr.space_id': filter.spaceId, 'mr.member_id': filter.memberId, 'mr.role_id': filter.roleId,
          'mr.scope_anchor_group_id': filter.scopeAnchorGroupId, 'mr.status': filter.status,
        }),
      ]),
      order: [{ expression: 'mr.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Assignments by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(MemberRoleRow | undefined)[]> {
    return inOrder<MemberRoleRow>(this.database, sql`SELECT ${COLUMNS} FROM ${FROM} WHERE mr.id = ANY (${ids}) AND ${this.visible(context)}`, ids);
  }

  /** Assigns a Role. One that was revoked or has ended revives with its old id and the new start, end and condition. */
  async create(context: RequestContext, input: CreateMemberRole): Result {
    return this.mutations.run(context, { name: 'createMemberRole', constraints: MEMBER_ROLE_CONSTRAINTS }, input, async (scope) =>
      ({ memberRole: await this.assign(scope, context, input) }));
  }

  /** The rules of {@link create} inside a mutation that grants along with something else; it brings {@link MEMBER_ROLE_CONSTRAINTS}. */
  async assign(scope: MutationScope, context: RequestContext, input: CreateMemberRole): Promise<MemberRoleRow> {
    const place = await placeOfAssignment(scope.transaction, input, (spaceId) => knowsSpace(context, spaceId, ['roles:read', 'roles:manage']));
    const { spaceId } = place;
    scope.require('roles:manage', place);
    await assertSpaceOpen(scope.transaction, spaceId, ['input', 'roleId']);
    await requireDelegable(scope, input.roleId, spaceId);
    const { now } = context.request;
    const [startsAt, expiresAt, condition] = [input.startsAt ?? null, input.expiresAt ?? null, checkedCondition(input.condition)];
    assertPeriod({ startsAt, expiresAt }, input, now);
    const key = { memberId: input.memberId, roleId: input.roleId, scopeAnchorGroupId: input.scopeAnchorGroupId ?? null };
    const held = await scope.transaction.em.findOne(MemberRoleEntity, key);
    if (held !== null && isInForce(held, now)) throw invalid(TAKEN.path, TAKEN.message, TAKEN.code);
    await this.separation.watch(scope.transaction, { spaceId, memberIds: [input.memberId], now, path: () => ['input', 'roleId'] });
    const memberRole = held ?? scope.transaction.em.create(MemberRoleEntity, { id: suppliedOrNew(input.id), spaceId, ...key });
    const revived = { status: 'active' as const, startsAt, expiresAt, condition, revokedAt: null, revokedReason: null };
    const { revokedReason: _reason, ...changes } = assignChanges(memberRole, revived);
    this.record(scope, memberRole, 'member_role.created', held === null ? { ...changes, status: [null, 'active'] } : changes);
    return memberRole;
  }

  /** Changes from when, until when and on what condition an assignment counts. Any of it may give more, so all of it needs the right to give. */
  async update(context: RequestContext, input: UpdateMemberRole): Result {
    return this.mutations.run(context, { name: 'updateMemberRole', constraints: MEMBER_ROLE_CONSTRAINTS }, input, async (scope) => {
      const memberRole = await this.forChange(scope, context, input);
      const { spaceId, memberId, roleId } = memberRole;
      const { now } = context.request;
      await requireDelegable(scope, roleId, spaceId);
      if (memberRole.status === 'revoked') throw invalid(['input', 'id'], 'What was revoked does not change; assign the Role again.');
      const { startsAt = memberRole.startsAt, expiresAt = memberRole.expiresAt } = input;
      const condition = input.condition === undefined ? undefined : checkedCondition(input.condition);
      assertPeriod({ startsAt, expiresAt }, input, now);
      await this.separation.watch(scope.transaction, { spaceId, memberIds: [memberId], now, path: () => ['input', 'id'] });
      const changes = assignChanges(memberRole, { startsAt, expiresAt, condition });
      if (Object.keys(changes).length === 0) scope.unchanged();
      else this.record(scope, memberRole, 'member_role.updated', changes);
      return { memberRole };
    });
  }

  /** Takes a Role from a Member; the row stays, with the reason. */
  async revoke(context: RequestContext, input: Change & { readonly reason?: string | null }): Result {
    return this.mutations.run(context, { name: 'revokeMemberRole', constraints: MEMBER_ROLE_CONSTRAINTS }, input, async (scope) => {
      const memberRole = await this.forChange(scope, context, input);
      if (memberRole.status === 'revoked') scope.unchanged();
      else await this.takeAway(scope, context, [memberRole], input.reason ?? null);
      return { memberRole };
    });
  }

  /** What {@link revoke} does to assignments of one Space in force, for a mutation that has asserted `roles:manage` at their places. */
  async takeAway(scope: MutationScope, context: RequestContext, memberRoles: readonly MemberRoleRow[], reason: string | null): Promise<void> {
    const rolePlaces = new Map(memberRoles.map(({ roleId, spaceId }) => [roleId, spaceId]));
    for (const [roleId, spaceId] of rolePlaces) await requireRevocable(scope, roleId, spaceId);
    for (const memberRole of memberRoles) {
      assignChanges(memberRole, { status: 'revoked', revokedAt: new Date(context.request.now), revokedReason: reason });
      this.record(scope, memberRole, 'member_role.revoked', { status: ['active', 'revoked'], revokedReason: [null, reason] });
    }
  }

  private record(scope: MutationScope, memberRole: MemberRoleRow, type: string, changes: Readonly<Record<string, readonly [unknown, unknown]>>): void {
    const { id, spaceId, memberId, roleId, scopeAnchorGroupId } = memberRole;
    scope.transaction.touch(spaceId);
    scope.audit({
      type,
      spaceId,
      ...(scopeAnchorGroupId === null || scopeAnchorGroupId === undefined ? {} : { groupId: scopeAnchorGroupId }),
      target: { type: 'MemberRole', id },
      changes,
      details: { memberId, roleId, scopeAnchorGroupId: scopeAnchorGroupId ?? null },
    });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<MemberRoleRow> {
    const [found] = await scope.transaction.query<{ spaceId: string; groupPath: string | null }>(
      sql`SELECT mr.space_id AS "spaceId", anchor.path AS "groupPath" FROM ${FROM} WHERE mr.id = ${input.id}`);
    const target = found === undefined ? undefined : { spaceId: found.spaceId, groupPath: found.groupPath ?? undefined };
    const isReadable = target !== undefined && ['roles:read', 'roles:manage'].some((key) => covers(reach(context.caller, key, context.request.now), target));
    const memberRole = isReadable ? await scope.transaction.em.findOne(MemberRoleEntity, { id: input.id }) : null;
    if (target === undefined || memberRole === null) throw notFound('MemberRole', ['input', 'id']);
    scope.require('roles:manage', target);
    await assertSpaceOpen(scope.transaction, target.spaceId);
    assertVersion(memberRole, input.expectedVersion);
    return memberRole;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'roles:read', context.request.now), { spaceId: 'mr.space_id', groupPath: 'anchor.path' });
  }
}

function isInForce({ status, expiresAt }: MemberRoleRow, now: number): boolean {
  return status === 'active' && (expiresAt === null || expiresAt === undefined || expiresAt.getTime() > now);
}

function suppliedOrNew(supplied: string | null | undefined): string {
  const id = supplied ?? newId('mr');
  assertSuppliedId('MemberRole', id);
  return id;
}

/** The MemberRoles of this instance. */
export const memberRolesRef = createServiceRef<MemberRoles>({ id: 'authorization.member_roles', scope: 'process' });
