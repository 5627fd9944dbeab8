import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, some, sql, type Database, type Sql } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../../shared/services/index.js';
import type { AccessRequestRow } from '../../entities/access-request.js';
import { equalities, inOrder } from '../filters.js';
import { usableBindings } from '../own-members.js';
import { REQUESTS, requestColumns, statusAt } from './request-sql.js';

/** Filters of {@link AccessRequestQueries.list}. */
export interface AccessRequestFilter {
  readonly spaceId?: string | null;
  readonly memberId?: string | null;
  readonly roleId?: string | null;
  readonly status?: string | null;
}

/** A Role as those see it who may ask for it. */
export interface RequestableRole {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
}

const NEWEST_FIRST = [{ expression: 'a.id', direction: 'DESC', type: 'text' }] as const;

/** Requests for Roles, as those see them who settle them and those who made them; and what can be asked for. */
export class AccessRequestQueries {
  constructor(private readonly database: Database) {}

  /** Requests that the caller may settle, as far as its right reaches; newest first. */
  async list(context: RequestContext, { status, ...filter }: AccessRequestFilter, page: PageInput): Promise<ListPage<AccessRequestRow>> {
    return this.page(context, 'accessRequests', settleable(context), { ...filter, status }, page);
  }

  /** Requests of the caller's own User, through whichever binding; newest first. */
  async own(context: RequestContext, filter: AccessRequestFilter, page: PageInput): Promise<ListPage<AccessRequestRow>> {
    return this.page(context, 'myAccessRequests', own(context), filter, page);
  }

  /** Requests by id that are the caller's own or that it may settle, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(AccessRequestRow | undefined)[]> {
    const statement = sql`
      SELECT ${requestColumns(context.request.now)} FROM ${REQUESTS} WHERE a.id = ANY (${ids}) AND ${some([own(context), settleable(context)])}`;
    return inOrder<AccessRequestRow>(this.database, statement, ids);
  }

  /** What Members of a Space may ask for, by key; nothing for whoever is no Member there. */
  async requestableRoles({ caller, request }: RequestContext, spaceId: string, page: PageInput): Promise<ListPage<RequestableRole>> {
    const isMember = caller.userId === undefined ? raw('FALSE') : sql`EXISTS (${usableBindings(caller.userId, request.now, sql`um.space_id = ${spaceId}`)})`;
    return listPage<RequestableRole>(this.database, 'requestableRoles', {
      select: raw('r.id, r.key, r.name, r.description'),
      from: raw('sys_authz.roles r'),
      where: every([sql`r.space_id = ${spaceId}`, raw(`r.requestable AND r.status = 'active'`), isMember]),
      order: [{ expression: 'r.key', direction: 'ASC', type: 'text' }],
    }, page);
  }

  private page(context: RequestContext, name: string, visible: Sql, filter: AccessRequestFilter, page: PageInput): Promise<ListPage<AccessRequestRow>> {
    const { now } = context.request;
    const { spaceId, memberId, roleId, status } = filter;
    return listPage<AccessRequestRow>(this.database, name, {
      select: requestColumns(now),
      from: REQUESTS,
      where: every([
        visible,
        ...equalities({ 'a.space_id': spaceId, 'a.member_id': memberId, 'a.role_id': roleId }),
        ...(status === undefined || status === null ? [] : [sql`${statusAt(now)} = ${status}`]),
      ]),
      order: NEWEST_FIRST,
    }, page);
  }
}

function settleable({ caller, request }: RequestContext): Sql {
  return reachPredicate(reach(caller, 'roles:manage', request.now), { spaceId: 'a.space_id', groupPath: 'anchor.path' });
}

function own({ caller }: RequestContext): Sql {
  return caller.userId === undefined ? raw('FALSE') : sql`a.requested_by_user_id = ${caller.userId}`;
}

/** The requests of this instance, to look at. */
export const accessRequestQueriesRef = createServiceRef<AccessRequestQueries>({ id: 'authorization.access_request_queries', scope: 'process' });
