import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { covers, reach, reachPredicate, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { MemberEntity, type MemberRow } from '../entities/member.js';
import { assertSpaceOpen, checkedText, contains, equals, requireInSpace, TEXT, type Change } from './support/index.js';

const COLUMNS = raw(`m.id, m.space_id AS "spaceId", m.display_name AS "displayName", m.member_type AS "memberType",
  m.external_id AS "externalId", m.status, m.metadata, m.version, m.created_at AS "createdAt", m.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  members_external: { code: 'ALREADY_EXISTS', message: 'Another Member of this Space has this external id.', path: ['input', 'externalId'] },
} as const;

/** Names of people and free data stay out of the log; the event says only that they changed. */
const UNLOGGED = new Set(['displayName', 'metadata']);

/** Fields of a Member that a caller gives. */
export interface MemberFields {
  readonly displayName?: string | null;
  readonly externalId?: string | null;
  readonly metadata?: unknown;
}

/** Input of {@link Members.create}. */
export interface CreateMember extends MemberFields {
  readonly id?: string | null;
  readonly spaceId: string;
  readonly displayName: string;
  readonly memberType?: MemberRow['memberType'] | null;
}

/** Filters of {@link Members.list}. */
export interface MemberFilter {
  readonly spaceId: string;
  readonly memberType?: string | null;
  readonly status?: string | null;
  readonly externalId?: string | null;
  /** Part of the id, the display name or the external id. */
  readonly search?: string | null;
}

/** Business actors: each belongs to one Space for ever. */
export class Members {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: () => SeparationOfDuty,
  ) {}

  /** Members of a Space by display name. */
  async list(context: RequestContext, filter: MemberFilter, page: PageInput): Promise<ListPage<MemberRow>> {
    return listPage<MemberRow>(this.database, 'members', {
      select: COLUMNS,
      from: raw('sys_identity.members m'),
      where: every([
        this.visible(context),
        ...equals('m.space_id', filter.spaceId),
        ...equals('m.member_type', filter.memberType),
        ...equals('m.status', filter.status),
        ...equals('m.external_id', filter.externalId),
        ...contains(['m.id', 'm.display_name', 'm.external_id'], filter.search),
      ]),
      order: [
        { expression: 'm.display_name', direction: 'ASC', type: 'text' },
        { expression: 'm.id', direction: 'ASC', type: 'text' },
      ],
    }, page);
  }

  /** Members by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(MemberRow | undefined)[]> {
    const rows = await this.database.query<MemberRow>(sql`SELECT ${COLUMNS} FROM sys_identity.members m WHERE m.id = ANY (${ids}) AND ${this.visible(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  async create(context: RequestContext, input: CreateMember): Promise<MutationResult<{ member: MemberRow }>> {
    return this.mutations.run(context, { name: 'createMember', constraints: CONSTRAINTS }, input, async (scope) => {
      const { spaceId } = input;
      await requireInSpace(scope, context, { spaceId }, 'members:manage');
      const id = input.id ?? newId('member');
      assertSuppliedId('Member', id);
      const member = scope.transaction.em.create(MemberEntity, {
        id,
        spaceId,
        displayName: checkedText(input.displayName, 'displayName', TEXT.name),
        memberType: input.memberType ?? 'human',
        externalId: checkedText(input.externalId, 'externalId', TEXT.externalId) ?? null,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      scope.transaction.touch(spaceId);
      scope.audit({
        type: 'member.created',
        spaceId,
        target: { type: 'Member', id },
        changes: { memberType: [null, member.memberType], externalId: [null, member.externalId ?? null], status: [null, 'active'] },
      });
      return { member };
    });
  }

  async update(context: RequestContext, input: Change & MemberFields): Promise<MutationResult<{ member: MemberRow }>> {
    return this.mutations.run(context, { name: 'updateMember', constraints: CONSTRAINTS }, input, async (scope) => {
      const member = await this.forChange(scope, context, input);
      const changes = assignChanges(member, {
        displayName: checkedText(input.displayName ?? undefined, 'displayName', TEXT.name),
        externalId: checkedText(input.externalId, 'externalId', TEXT.externalId),
        metadata: checkedMetadata(input.metadata),
      });
      this.record(scope, member, 'member.updated', changes);
      return { member };
    });
  }

  async disable(context: RequestContext, input: Change): Promise<MutationResult<{ member: MemberRow }>> {
    return this.setStatus(context, 'disableMember', 'member.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Promise<MutationResult<{ member: MemberRow }>> {
    return this.setStatus(context, 'restoreMember', 'member.restored', input, 'active');
  }

  private async setStatus(context: RequestContext, name: string, type: string, input: Change, status: MemberRow['status']): Promise<MutationResult<{ member: MemberRow }>> {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const member = await this.forChange(scope, context, input);
      // A disabled Member holds nothing; restored, it holds again what it was given meanwhile.
      const held = { spaceId: member.spaceId, memberIds: [member.id], now: context.request.now, path: () => ['input', 'id'] };
      if (status === 'active') await this.separation().watch(scope.transaction, held);
      this.record(scope, member, type, assignChanges(member, { status }));
      return { member };
    });
  }

  private record(scope: MutationScope, member: MemberRow, type: string, changes: Changes): void {
    const changedFields = Object.keys(changes);
    if (changedFields.length === 0) return scope.unchanged();
    const logged = Object.fromEntries(Object.entries(changes).filter(([field]) => !UNLOGGED.has(field)));
    scope.transaction.touch(member.spaceId);
    scope.audit({ type, spaceId: member.spaceId, target: { type: 'Member', id: member.id }, changes: logged, details: { changedFields } });
  }

  // Absent and unreadable answer alike; the permission is asserted in the Member's own Space before any change.
  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<MemberRow> {
    const member = await scope.transaction.em.findOne(MemberEntity, { id: input.id });
    if (member === null || !covers(reach(context.caller, 'members:read', context.request.now), { spaceId: member.spaceId })) throw notFound('Member', ['input', 'id']);
    scope.require('members:manage', { spaceId: member.spaceId });
    await assertSpaceOpen(scope.transaction, member.spaceId);
    assertVersion(member, input.expectedVersion);
    return member;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'members:read', context.request.now), { spaceId: 'm.space_id' });
  }
}

/** The Members of this instance. */
export const membersRef = createServiceRef<Members>({ id: 'identity.members', scope: 'process' });
