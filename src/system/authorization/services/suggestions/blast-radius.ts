import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Question } from '../../engine/index.js';
import { MOST_COUNTED } from '../lists/page-of.js';
import type { MemberWorld } from './member-world.js';
import { rolesWith } from './roles-with.js';
import type { TriedGrant } from './tried-grant.js';

/** Whom and what a grant reaches. Counts are exact up to 10,000, null above. */
export interface BlastRadius {
  /** Other active Members who would get the Permission, too. */
  readonly otherMembers: number | null;
  /** Active Resources of the asked type in its reach, conditions left aside. */
  readonly resources: number | null;
}

/** Counts whom and what grants reach; many of them reach the same, which is counted once. */
export class BlastRadii {
  private readonly counts = new Map<string, Promise<number | null>>();

  constructor(private readonly executor: SqlExecutor, private readonly world: MemberWorld, private readonly question: Question, private readonly now: number) {}

  async of({ candidate, allowedBy }: TriedGrant): Promise<BlastRadius> {
    const [otherMembers, resources] = await Promise.all([
      candidate.kind === 'give_permission' ? this.counted(['members', candidate.roleId], () => this.otherHolders(candidate.roleId)) : 0,
      this.counted(['resources', allowedBy.scope, allowedBy.anchorGroupId], () => this.resources(allowedBy)),
    ]);
    return { otherMembers, resources };
  }

  private counted(what: readonly unknown[], rows: () => Sql): Promise<number | null> {
    const key = JSON.stringify(what);
    const counted = this.counts.get(key) ?? count(this.executor, rows());
    this.counts.set(key, counted);
    return counted;
  }

  private otherHolders(roleId: string): Sql {
    const { memberId, spaceId } = this.question.actor;
    return sql`SELECT DISTINCT mr.member_id FROM sys_authz.member_roles mr JOIN sys_identity.members m ON m.id = mr.member_id AND m.status = 'active'
      WHERE mr.space_id = ${spaceId} AND mr.role_id = ANY (${rolesWith(this.world.index.roles, roleId)}) AND mr.member_id <> ${memberId} AND mr.status = 'active'
        AND (mr.expires_at IS NULL OR mr.expires_at > ${new Date(this.now)})`;
  }

  private resources(allowedBy: TriedGrant['allowedBy']): Sql {
    const { actor, resourceType } = this.question;
    return sql`SELECT 1 AS one FROM sys_resource.resources r LEFT JOIN sys_identity.groups g ON g.id = r.group_id
      WHERE r.space_id = ${actor.spaceId} AND r.resource_type = ${resourceType} AND r.status = 'active' AND ${this.inReach(allowedBy)}`;
  }

  private inReach({ scope, anchorGroupId }: TriedGrant['allowedBy']): Sql {
    if (scope === 'self') return sql`r.owner_member_id = ${this.question.actor.memberId}`;
    if (scope === 'space') return raw('TRUE');
    if (scope === 'group') return sql`r.group_id = ${anchorGroupId ?? null}`;
    const { groups } = this.world.index;
    const row = groups.row(anchorGroupId ?? '');
    const path = row === undefined ? '' : groups.fact(row).path;
    return sql`(g.path = ${path} OR starts_with(g.path, ${`${path}.`}))`;
  }
}

async function count(executor: SqlExecutor, rows: Sql): Promise<number | null> {
  const [found] = await executor.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM (${rows} LIMIT ${MOST_COUNTED + 1}) AS found`);
  const counted = found?.count ?? 0;
  return counted > MOST_COUNTED ? null : counted;
}
