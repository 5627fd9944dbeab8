import DataLoader from 'dataloader';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';

/** What is known of a User who acted. */
export interface UserName {
  readonly id: string;
  readonly email: string;
  readonly displayName: string | null;
}

/** Names of those who acted, joined at reading for callers with the right: events hold ids. */
export class ActorNames {
  // Without a cache: a stream lives long, and rights and names change meanwhile.
  private readonly users = new DataLoader<string, UserName | undefined>((ids) => this.loadUsers(ids), { cache: false });
  private readonly members = new DataLoader<string, string | undefined>((ids) => this.loadMembers(ids), { cache: false });

  constructor(
    private readonly executor: SqlExecutor,
    private readonly context: RequestContext,
  ) {}

  /** Needs `users:read` over the instance or a Space that the User is bound to; undefined without it. */
  user(id: string): Promise<UserName | undefined> {
    return this.users.load(id);
  }

  /** Name of a Member. Needs `members:read` in its Space; undefined without it. */
  member(id: string): Promise<string | undefined> {
    return this.members.load(id);
  }

  private async loadUsers(ids: readonly string[]): Promise<(UserName | undefined)[]> {
    const rows = await this.executor.query<UserName>(sql`
      SELECT u.id, u.email, u.display_name AS "displayName" FROM sys_identity.users u WHERE u.id = ANY (${[...ids]}) AND ${this.visibleUsers()}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  private async loadMembers(ids: readonly string[]): Promise<(string | undefined)[]> {
    const visible = reachPredicate(reach(this.context.caller, 'members:read', this.context.request.now), { spaceId: 'm.space_id' });
    const rows = await this.executor.query<{ id: string; name: string }>(sql`
      SELECT m.id, m.display_name AS name FROM sys_identity.members m WHERE m.id = ANY (${[...ids]}) AND ${visible}`);
    const found = new Map(rows.map(({ id, name }) => [id, name]));
    return ids.map((id) => found.get(id));
  }

  private visibleUsers(): Sql {
    const held = reach(this.context.caller, 'users:read', this.context.request.now);
    if (held.instance) return raw('TRUE');
    return sql`EXISTS (SELECT FROM sys_identity.user_members um WHERE um.user_id = u.id AND um.space_id = ANY (${[...held.spaces]}))`;
  }
}

/** Names of actors, in one query per level. */
export const actorNamesRef = createServiceRef<ActorNames>({ id: 'audit.actor_names', scope: 'request' });
