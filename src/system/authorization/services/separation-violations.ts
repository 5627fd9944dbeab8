import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../shared/services/index.js';
import { equalities } from './filters.js';
import { visibleRules } from './separation-rules.js';

/** A Member that exceeds a rule, and what of it the Member holds. */
export interface ViolationRow {
  readonly ruleId: string;
  readonly memberId: string;
  readonly roleIds: readonly string[];
  readonly permissionIds: readonly string[];
}

/** Filters of {@link SeparationViolations.list}. */
export interface ViolationFilter {
  readonly spaceId: string;
  readonly ruleId?: string | null;
  readonly memberId?: string | null;
}

/** Who exceeds active rules now: by what was there before the rule, since nothing that came later was let in. */
export class SeparationViolations {
  constructor(private readonly database: Database) {}

  /** Violations of rules that the caller may read, by rule and Member. */
  async list(context: RequestContext, { spaceId, ruleId, memberId }: ViolationFilter, page: PageInput): Promise<ListPage<ViolationRow>> {
    const rules = every([visibleRules(context), sql`sr.status = 'active'`, ...equalities({ 'sr.space_id': spaceId, 'sr.id': ruleId })]);
    const members = memberId === undefined || memberId === null ? null : [memberId];
    return listPage<ViolationRow>(this.database, 'separationViolations', {
      select: raw(`v.rule_id AS "ruleId", v.member_id AS "memberId", CASE WHEN cardinality(r.role_ids) > 0 THEN v.held ELSE '{}' END AS "roleIds",
        CASE WHEN cardinality(r.role_ids) > 0 THEN '{}' ELSE v.held END AS "permissionIds"`),
      from: sql`sys_authz.separation_violations((SELECT jsonb_agg(to_jsonb(sr)) FROM sys_authz.separation_rules sr WHERE ${rules}), ${members}::text[],
        ${new Date(context.request.now)}::timestamptz) v JOIN sys_authz.separation_rules r ON r.id = v.rule_id`,
      where: raw('TRUE'),
      order: ['v.rule_id COLLATE "C"', 'v.member_id COLLATE "C"'].map((expression) => ({ expression, direction: 'ASC' as const, type: 'text' as const })),
    }, page);
  }
}

/** The violations of this instance. */
export const separationViolationsRef = createServiceRef<SeparationViolations>({ id: 'authorization.separation_violations', scope: 'process' });
