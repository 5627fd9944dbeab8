import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, some, sql, type Database, type Sql } from '../../../persistence/index.js';
import { reach, type RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { UserEntity, type UserRow } from '../entities/user.js';
import { checkedText, contains, equals, TEXT, type Change } from './support/index.js';
import { endSessions } from './credentials/end-sessions.js';
import { requireRightsOf } from './credentials/takeover-guard.js';

const COLUMNS = raw(`u.id, u.email, u.username, u.phone, u.display_name AS "displayName", u.status, u.is_demo AS "isDemo", u.metadata,
  u.last_sign_in_at AS "lastSignInAt", u.version, u.created_at AS "createdAt", u.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  users_email: { code: 'ALREADY_EXISTS', message: 'Another User has this e-mail address.', path: ['input', 'email'] },
  users_username: { code: 'ALREADY_EXISTS', message: 'Another User has this username.', path: ['input', 'username'] },
} as const;

const INSTANCE = '';

/** Fields of a User that a caller gives. */
export interface UserFields {
  readonly email?: string | null;
  readonly username?: string | null;
  readonly phone?: string | null;
  readonly displayName?: string | null;
  readonly metadata?: unknown;
}

/** Input of {@link Users.create}. */
export interface CreateUser extends UserFields {
  readonly id?: string | null;
  readonly email: string;
}

/** Filters of {@link Users.list}. */
export interface UserFilter {
  /** The whole address, in any case. */
  readonly email?: string | null;
  readonly status?: string | null;
  /** Part of the id, the address, the username or the display name. */
  readonly search?: string | null;
}

/** Login accounts. They belong to the instance: who holds `users:read` in a Space sees those that are bound to it. */
export class Users {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  async list(context: RequestContext, filter: UserFilter, page: PageInput): Promise<ListPage<UserRow>> {
    const email = filter.email ?? undefined;
    return listPage<UserRow>(this.database, 'users', {
      select: COLUMNS,
      from: raw('sys_identity.users u'),
      where: every([
        visibleUsers(context),
        ...(email === undefined ? [] : [sql`lower(u.email) = lower(${email})`]),
        ...equals('u.status', filter.status),
        ...contains(['u.id', 'u.email', 'u.username', 'u.display_name'], filter.search),
      ]),
      order: [{ expression: 'u.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Users by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(UserRow | undefined)[]> {
    const rows = await this.database.query<UserRow>(sql`SELECT ${COLUMNS} FROM sys_identity.users u WHERE u.id = ANY (${ids}) AND ${visibleUsers(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  async create(context: RequestContext, input: CreateUser): Promise<MutationResult<{ user: UserRow }>> {
    return this.mutations.run(context, { name: 'createUser', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('users:manage', {});
      const id = input.id ?? newId('user');
      assertSuppliedId('User', id);
      const user = scope.transaction.em.create(UserEntity, {
        id,
        email: checkedText(input.email, 'email', TEXT.email),
        username: checkedText(input.username, 'username', TEXT.username) ?? null,
        phone: checkedText(input.phone, 'phone', TEXT.phone) ?? null,
        displayName: checkedText(input.displayName, 'displayName', TEXT.name) ?? null,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      const { email, username, phone, displayName } = user;
      scope.transaction.touch(INSTANCE);
      scope.audit({
        type: 'user.created',
        spaceId: INSTANCE,
        target: { type: 'User', id },
        changes: { status: [null, 'active'] },
        personal: { subject: id, values: { email, username, phone, displayName } },
      });
      return { user };
    });
  }

  async update(context: RequestContext, input: Change & UserFields): Promise<MutationResult<{ user: UserRow }>> {
    return this.mutations.run(context, { name: 'updateUser', constraints: CONSTRAINTS }, input, async (scope) => {
      const user = await this.forChange(scope, context, input);
      const changes = assignChanges(user, {
        email: checkedText(input.email ?? undefined, 'email', TEXT.email),
        username: checkedText(input.username, 'username', TEXT.username),
        phone: checkedText(input.phone, 'phone', TEXT.phone),
        displayName: checkedText(input.displayName, 'displayName', TEXT.name),
        metadata: checkedMetadata(input.metadata),
      });
      if (Object.keys(changes).length === 0) scope.unchanged();
      else {
        scope.transaction.touch(INSTANCE);
        scope.audit({ type: 'user.updated', spaceId: INSTANCE, target: { type: 'User', id: user.id }, ...personalChanges(user.id, changes) });
      }
      return { user };
    });
  }

  /** Disables a User and ends all sessions of it in the same transaction. The last super admin cannot be disabled. */
  async disable(context: RequestContext, input: Change): Promise<MutationResult<{ user: UserRow }>> {
    return this.setStatus(context, 'disableUser', 'user.disabled', input, 'disabled', async (scope) => {
      await endSessions(scope, sql`s.user_id = ${input.id}`, 'user_disabled', context.request.now);
    });
  }

  async restore(context: RequestContext, input: Change): Promise<MutationResult<{ user: UserRow }>> {
    return this.setStatus(context, 'restoreUser', 'user.restored', input, 'active');
  }

  private async setStatus(
    context: RequestContext,
    name: string,
    type: string,
    input: Change,
    status: UserRow['status'],
    then?: (scope: MutationScope) => Promise<void>,
  ): Promise<MutationResult<{ user: UserRow }>> {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const user = await this.forChange(scope, context, input);
      const changes = assignChanges(user, { status });
      if (Object.keys(changes).length === 0) scope.unchanged();
      else {
        scope.transaction.touch(INSTANCE);
        scope.audit({ type, spaceId: INSTANCE, target: { type: 'User', id: user.id }, changes });
        await then?.(scope);
      }
      return { user };
    });
  }

  // A User that the caller may not even read answers like one that does not exist; the permission is asserted before any change.
  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<UserRow> {
    const [seen] = await scope.transaction.query(sql`SELECT 1 AS seen FROM sys_identity.users u WHERE u.id = ${input.id} AND ${visibleUsers(context)}`);
    const user = seen === undefined ? null : await scope.transaction.em.findOne(UserEntity, { id: input.id });
    if (user === null) throw notFound('User', ['input', 'id']);
    scope.require('users:manage', {});
    // Otherwise users:manage would be worth as much as the right of any super admin: to lock one out, or to take over the e-mail.
    await requireRightsOf(scope, context, user.id);
    assertVersion(user, input.expectedVersion);
    return user;
  }
}

/** Predicate over `sys_identity.users u`: all for the instance, else those bound to a Space of the reach. */
export function visibleUsers(context: RequestContext): Sql {
  const held = reach(context.caller, 'users:read', context.request.now);
  if (held.instance) return raw('TRUE');
  if (held.spaces.size === 0) return some([]);
  return sql`EXISTS (SELECT FROM sys_identity.user_members seen WHERE seen.user_id = u.id AND seen.space_id = ANY (${[...held.spaces]}))`;
}

// The event says openly which fields changed; what they were and are is sealed under the key of the User.
function personalChanges(userId: string, changes: Changes): { details: { changedFields: string[] }; personal: { subject: string; values: Changes } } {
  return { details: { changedFields: Object.keys(changes) }, personal: { subject: userId, values: changes } };
}

/** The Users of this instance. */
export const usersRef = createServiceRef<Users>({ id: 'identity.users', scope: 'process' });
