import { notFound } from '../../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { assertReach, covers, reach, reachPredicate, type Caller, type CallerGrants, type GrantLevel, type KernelStatus, type RequestContext } from '../../../shared/contracts/index.js';
import { assertVersion, listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../../shared/services/index.js';
import { AdminGrantEntity, type AdminGrantRow } from '../../entities/admin-grant.js';
import { assertMayChangeLevel, assertMayDelegate, assertPerson } from './delegation.js';
import { assertGrantShape } from './grant-shape.js';
import { readPlace, storedPlace } from './granted-place.js';
import { assertGrantableKey } from './permission-keys.js';
import { settledCaller } from './settled-caller.js';

const COLUMNS = raw(`g.id, g.user_id AS "userId", g.level, g.space_id AS "spaceId", g.group_id AS "groupId", g.permission_key AS "permissionKey",
  g.status, g.granted_by_user_id AS "grantedByUserId", g.expires_at AS "expiresAt", g.revoked_at AS "revokedAt", g.revoked_reason AS "revokedReason",
  g.version, g.created_at AS "createdAt", g.updated_at AS "updatedAt"`);

const FROM = raw('sys_admin.admin_grants g LEFT JOIN sys_identity.groups gr ON gr.space_id = g.space_id AND gr.id = g.group_id');

const CONSTRAINTS = {
  admin_grants_revoked_reason_check: { code: 'VALIDATION_FAILED', message: 'A reason has at most 500 characters.', path: ['input', 'reason'] },
} as const;

/** Input of {@link AdminGrants.create}. */
export interface CreateAdminGrant {
  readonly id?: string | null;
  readonly userId: string;
  readonly level: GrantLevel;
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly permissionKey: string;
  readonly expiresAt?: Date | null;
}

/** Input of {@link AdminGrants.revoke}. */
export interface RevokeAdminGrant {
  readonly id: string;
  readonly reason?: string | null;
  readonly expectedVersion?: number | null;
}

/** Filters of {@link AdminGrants.list}. */
export interface AdminGrantFilter {
  readonly userId?: string | null;
  readonly level?: string | null;
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ adminGrant: AdminGrantRow }>>;

/** Rights of Users to use the control plane: seen within reach, given and taken by people who hold them. */
export class AdminGrants {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly callerGrants: CallerGrants,
    private readonly kernel: KernelStatus,
  ) {}

  /** Grants within the caller's reach, newest first. Rights over the instance are seen with instance reach only. */
  list(context: RequestContext, filter: AdminGrantFilter, page: PageInput): Promise<ListPage<AdminGrantRow>> {
    const equal = (column: string, value: string | null | undefined): Sql[] => (value === undefined || value === null ? [] : [sql`${raw(column)} = ${value}`]);
    return listPage<AdminGrantRow>(this.database, 'adminGrants', {
      select: COLUMNS,
      from: FROM,
      where: every([
        visible(context),
        ...equal('g.user_id', filter.userId), ...equal('g.level', filter.level), ...equal('g.space_id', filter.spaceId),
        ...equal('g.group_id', filter.groupId), ...equal('g.status', filter.status),
      ]),
      order: [{ expression: 'g.created_at', direction: 'DESC', type: 'timestamptz' }, { expression: 'g.id', direction: 'DESC', type: 'text' }],
    }, page);
  }

  /** Grants by id, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(AdminGrantRow | undefined)[]> {
    const rows = await this.database.query<AdminGrantRow>(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE g.id = ANY (${ids}) AND ${visible(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  async create(context: RequestContext, input: CreateAdminGrant): Result {
    return this.mutations.run(context, { name: 'createAdminGrant', constraints: CONSTRAINTS }, input, async (scope) => {
      const { now } = context.request;
      assertPerson(context.caller);
      assertGrantShape(input, now);
      assertGrantableKey(input.permissionKey, this.kernel, ['input', 'permissionKey']);
      const id = input.id ?? newId('ag');
      assertSuppliedId('AdminGrant', id);
      const caller = await settledCaller(scope.transaction, context, this.callerGrants);
      assertMayChangeLevel(caller, input.level);
      const { spaceId, groupId, target } = await readPlace(scope.transaction, caller, input, ['admin_grants:read'], now);
      assertMayDelegate(caller, 'admin_grants:manage', [input.permissionKey], target, now);
      await assertKnownUser(scope.transaction, caller, input.userId, spaceId, now);
      const adminGrant = scope.transaction.em.create(AdminGrantEntity, {
        id,
        userId: input.userId,
        level: input.level,
        spaceId,
        groupId,
        permissionKey: input.permissionKey,
        grantedByUserId: context.caller.userId ?? null,
        expiresAt: input.expiresAt ?? null,
      });
      scope.audit({
        type: 'admin_grant.created',
        spaceId: spaceId ?? '',
        groupId: groupId ?? undefined,
        target: { type: 'AdminGrant', id },
        changes: {
          userId: [null, input.userId], level: [null, input.level], permissionKey: [null, input.permissionKey],
          expiresAt: [null, input.expiresAt?.toISOString() ?? null],
        },
      });
      return { adminGrant };
    });
  }

  /** Takes a right away, for good. The last super admin stays (`LAST_SUPER_ADMIN`, decided by the database). */
  async revoke(context: RequestContext, input: RevokeAdminGrant): Result {
    return this.mutations.run(context, { name: 'revokeAdminGrant', constraints: CONSTRAINTS }, input, async (scope) => {
      const { now } = context.request;
      assertPerson(context.caller);
      const caller = await settledCaller(scope.transaction, context, this.callerGrants);
      const adminGrant = await scope.transaction.em.findOne(AdminGrantEntity, { id: input.id });
      const target = adminGrant === null ? undefined : await storedPlace(scope.transaction, adminGrant);
      if (adminGrant === null || target === undefined || !covers(reach(caller, 'admin_grants:read', now), target)) throw notFound('AdminGrant', ['input', 'id']);
      assertMayChangeLevel(caller, adminGrant.level);
      assertReach(caller, 'admin_grants:manage', target, now);
      assertVersion(adminGrant, input.expectedVersion);
      if (adminGrant.status === 'revoked') {
        scope.unchanged();
        return { adminGrant };
      }
      Object.assign(adminGrant, { status: 'revoked', revokedAt: new Date(now), revokedReason: input.reason ?? null });
      scope.audit({
        type: 'admin_grant.revoked',
        spaceId: adminGrant.spaceId ?? '',
        groupId: adminGrant.groupId ?? undefined,
        target: { type: 'AdminGrant', id: adminGrant.id },
        changes: { status: ['active', 'revoked'] },
        details: { userId: adminGrant.userId, level: adminGrant.level, permissionKey: adminGrant.permissionKey },
      });
      return { adminGrant };
    });
  }
}

function visible(context: RequestContext): Sql {
  return reachPredicate(reach(context.caller, 'admin_grants:read', context.request.now), { spaceId: 'g.space_id', groupPath: 'gr.path' });
}

// A User is known to who may read Users, and to admins of a Space in which it is bound to a Member.
async function assertKnownUser(executor: SqlExecutor, caller: Caller, userId: string, spaceId: string | null, now: number): Promise<void> {
  const [user] = await executor.query(sql`
    SELECT 1 AS found FROM sys_identity.users u WHERE u.id = ${userId}
      AND (${reach(caller, 'users:read', now).instance} OR EXISTS (SELECT FROM sys_identity.user_members um WHERE um.user_id = u.id AND um.space_id = ${spaceId}))`);
  if (user === undefined) throw notFound('User', ['input', 'userId']);
}

/** The rights of this instance. */
export const adminGrantsRef = createServiceRef<AdminGrants>({ id: 'admin.grants', scope: 'process' });
