import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, sql, type Database } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../../shared/services/index.js';
import { assignmentsInForce, rolesWithCountedActions } from './assignment-facts.js';
import type { AssignmentUses } from './assignment-uses.js';

/** An assignment that nobody used. */
export interface UnusedGrant {
  readonly memberRoleId: string;
  readonly memberId: string;
  readonly roleId: string;
  readonly scopeAnchorGroupId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly usesAreRecorded: boolean;
}

/** Assignments that the decision log knows no use of. */
export class UnusedGrants {
  constructor(
    private readonly database: Database,
    private readonly uses: Pick<AssignmentUses, 'upToDate'>,
  ) {}

  /**
   * Assignments of a Space that are in force, that the caller may read, and by which nothing was allowed since a moment, by id.
   *
   * @throws PolityError `SERVICE_UNAVAILABLE` while uses are still being read from the log
   */
  async list(context: RequestContext, { spaceId, since }: { readonly spaceId: string; readonly since: Date }, page: PageInput): Promise<ListPage<UnusedGrant>> {
    await this.uses.upToDate();
    const { now } = context.request;
    const { from, where } = assignmentsInForce(spaceId, now);
    return listPage<UnusedGrant>(this.database, 'unusedGrants', {
      select: sql`mr.id AS "memberRoleId", mr.member_id AS "memberId", mr.role_id AS "roleId", mr.scope_anchor_group_id AS "scopeAnchorGroupId",
        mr.created_at AS "createdAt", mr.expires_at AS "expiresAt", used.last_used_at AS "lastUsedAt", counted.role_id IS NULL AS "usesAreRecorded"`,
      from: sql`${from} LEFT JOIN (${rolesWithCountedActions(spaceId)}) counted ON counted.role_id = mr.role_id`,
      where: every([
        where,
        reachPredicate(reach(context.caller, 'roles:read', now), { spaceId: 'mr.space_id', groupPath: 'anchor.path' }),
        sql`(used.last_used_at IS NULL OR used.last_used_at < ${since})`,
      ]),
      order: [{ expression: 'mr.id', direction: 'ASC', type: 'text' }],
    }, page);
  }
}

/** Unused assignments of this instance. */
export const unusedGrantsRef = createServiceRef<UnusedGrants>({ id: 'authorization.unused_grants', scope: 'process' });
