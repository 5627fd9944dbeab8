import { invalid, notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type OrderColumn, type Sql } from '../../../persistence/index.js';
import { covers, reach, reachPredicate, type RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { MemberEntity, type MemberRow } from '../entities/member.js';
import { UserMemberEntity, type UserMemberRow } from '../entities/user-member.js';
import { assertSpaceOpen, checkedText, equals, TEXT, type Change } from './support/index.js';
import { visibleUsers } from './users.js';

const COLUMNS = raw(`um.id, um.user_id AS "userId", um.member_id AS "memberId", um.space_id AS "spaceId", um.relation_type AS "relationType",
  um.status, um.is_primary AS "isPrimary", um.expires_at AS "expiresAt", um.linked_by_member_id AS "linkedByMemberId", um.linked_at AS "linkedAt",
  um.revoked_at AS "revokedAt", um.revoked_reason AS "revokedReason", um.metadata, um.version, um.created_at AS "createdAt", um.updated_at AS "updatedAt"`);

const FROM = raw(`sys_identity.user_members um JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id
  JOIN sys_identity.spaces s ON s.id = um.space_id`);

/** Primary bindings first, then by the name of the Space and of the Member: the first usable one is the default actor. */
export const BINDING_ORDER: readonly OrderColumn[] = [
  { expression: '(NOT um.is_primary)::int', direction: 'ASC', type: 'integer' },
  { expression: 's.name', direction: 'ASC', type: 'text' },
  { expression: 'm.display_name', direction: 'ASC', type: 'text' },
  { expression: 'um.id', direction: 'ASC', type: 'text' },
];

/** Fields of a binding that may change. */
export interface UserMemberFields {
  readonly relationType?: UserMemberRow['relationType'] | null;
  readonly isPrimary?: boolean | null;
  readonly expiresAt?: Date | null;
  readonly metadata?: unknown;
}

/** Input of {@link UserMembers.create}. */
export interface CreateUserMember extends UserMemberFields {
  readonly id?: string | null;
  readonly userId: string;
  readonly memberId: string;
}

/** Filters of {@link UserMembers.list}. */
export interface UserMemberFilter {
  readonly spaceId?: string | null;
  readonly userId?: string | null;
  readonly memberId?: string | null;
  readonly status?: string | null;
}

/** Bindings of Users to Members. A User may have several primary ones: each Space rules over its own, and the order decides. */
export class UserMembers {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  async list(context: RequestContext, filter: UserMemberFilter, page: PageInput): Promise<ListPage<UserMemberRow>> {
    return listPage<UserMemberRow>(this.database, 'userMembers', {
      select: COLUMNS,
      from: FROM,
      where: every([
        this.visible(context),
        ...equals('um.space_id', filter.spaceId),
        ...equals('um.user_id', filter.userId),
        ...equals('um.member_id', filter.memberId),
        ...equals('um.status', filter.status),
      ]),
      order: BINDING_ORDER,
    }, page);
  }

  /** Bindings by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(UserMemberRow | undefined)[]> {
    const rows = await this.database.query<UserMemberRow>(sql`SELECT ${COLUMNS} FROM sys_identity.user_members um WHERE um.id = ANY (${ids}) AND ${this.visible(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  /** Binds a User that the caller may read to a Member; people whom the caller does not know yet come by invitation. */
  async create(context: RequestContext, input: CreateUserMember): Promise<MutationResult<{ userMember: UserMemberRow }>> {
    return this.mutations.run(context, { name: 'createUserMember' }, input, async (scope) => {
      const { spaceId } = await this.memberToBind(scope, context, input.memberId);
      await assertUserVisible(scope, context, input.userId);
      const id = input.id ?? newId('um');
      assertSuppliedId('UserMember', id);
      const { actor } = context.caller;
      const userMember = scope.transaction.em.create(UserMemberEntity, {
        id,
        userId: input.userId,
        memberId: input.memberId,
        spaceId,
        relationType: input.relationType ?? 'login',
        isPrimary: input.isPrimary ?? false,
        expiresAt: inFuture(context, input.expiresAt) ?? null,
        linkedByMemberId: actor?.spaceId === spaceId ? actor.memberId : null,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      const { userId, memberId, relationType, isPrimary, expiresAt } = userMember;
      record(scope, userMember, 'user_member.created', {
        userId: [null, userId],
        memberId: [null, memberId],
        relationType: [null, relationType],
        isPrimary: [null, isPrimary],
        expiresAt: [null, expiresAt?.toISOString() ?? null],
      });
      return { userMember };
    });
  }

  async update(context: RequestContext, input: Change & UserMemberFields): Promise<MutationResult<{ userMember: UserMemberRow }>> {
    return this.mutations.run(context, { name: 'updateUserMember' }, input, async (scope) => {
      const userMember = await this.forChange(scope, context, input);
      if (userMember.status === 'revoked') throw invalid(['input', 'id'], 'A revoked binding does not change any more; make a new one.');
      record(scope, userMember, 'user_member.updated', assignChanges(userMember, {
        relationType: input.relationType ?? undefined,
        isPrimary: input.isPrimary ?? undefined,
        expiresAt: inFuture(context, input.expiresAt),
        metadata: checkedMetadata(input.metadata),
      }));
      return { userMember };
    });
  }

  /** Ends a binding for good. */
  async revoke(context: RequestContext, input: Change & { readonly reason?: string | null }): Promise<MutationResult<{ userMember: UserMemberRow }>> {
    return this.mutations.run(context, { name: 'revokeUserMember' }, input, async (scope) => {
      const userMember = await this.forChange(scope, context, input);
      const revokedReason = checkedText(input.reason, 'reason', TEXT.reason) ?? null;
      const revokedAt = new Date(context.request.now);
      const changes = userMember.status === 'revoked' ? {} : assignChanges(userMember, { status: 'revoked', revokedAt, revokedReason });
      record(scope, userMember, 'user_member.revoked', changes);
      return { userMember };
    });
  }

  private async memberToBind(scope: MutationScope, context: RequestContext, memberId: string): Promise<MemberRow> {
    const path = ['input', 'memberId'];
    const member = await scope.transaction.em.findOne(MemberEntity, { id: memberId });
    const known = member !== null && ['members:read', 'user_members:read'].some((key) => covers(reach(context.caller, key, context.request.now), { spaceId: member.spaceId }));
    if (!known) throw notFound('Member', path);
    scope.require('user_members:manage', { spaceId: member.spaceId });
    await assertSpaceOpen(scope.transaction, member.spaceId, path);
    return member;
  }

  // Absent and unreadable answer alike; the permission is asserted in the binding's own Space before any change.
  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<UserMemberRow> {
    const userMember = await scope.transaction.em.findOne(UserMemberEntity, { id: input.id });
    const held = reach(context.caller, 'user_members:read', context.request.now);
    if (userMember === null || !covers(held, { spaceId: userMember.spaceId })) throw notFound('UserMember', ['input', 'id']);
    scope.require('user_members:manage', { spaceId: userMember.spaceId });
    await assertSpaceOpen(scope.transaction, userMember.spaceId);
    assertVersion(userMember, input.expectedVersion);
    return userMember;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'user_members:read', context.request.now), { spaceId: 'um.space_id' });
  }
}

async function assertUserVisible(scope: MutationScope, context: RequestContext, userId: string): Promise<void> {
  const [seen] = await scope.transaction.query(sql`SELECT 1 AS seen FROM sys_identity.users u WHERE u.id = ${userId} AND ${visibleUsers(context)}`);
  if (seen === undefined) throw notFound('User', ['input', 'userId']);
}

function inFuture(context: RequestContext, moment: Date | null | undefined): Date | null | undefined {
  if (moment !== undefined && moment !== null && moment.getTime() <= context.request.now) throw invalid(['input', 'expiresAt'], 'The end of a binding lies in the future.');
  return moment;
}

function record(scope: MutationScope, { id, spaceId }: UserMemberRow, type: string, changes: Changes): void {
  if (Object.keys(changes).length === 0) return scope.unchanged();
  scope.transaction.touch(spaceId);
  scope.audit({ type, spaceId, target: { type: 'UserMember', id }, changes });
}

/** The bindings of this instance. */
export const userMembersRef = createServiceRef<UserMembers>({ id: 'identity.user_members', scope: 'process' });
