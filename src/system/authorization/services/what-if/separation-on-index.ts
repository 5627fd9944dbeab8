import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { compareText } from '../../fact-index/compare-text.js';
import type { RoleEntry } from '../../fact-index/role-rules.js';
import type { View } from '../past/diff/access-entries.js';

/** What a Member may hold only so much of. */
export interface SeparationRuleFacts {
  readonly id: string;
  readonly roleIds: readonly string[];
  readonly permissionIds: readonly string[];
  readonly atMost: number;
}

/** A Member that exceeds a rule, and what of it the Member holds, in the order of the ids. */
export interface ViolationFacts {
  readonly ruleId: string;
  readonly memberId: string;
  readonly roleIds: readonly string[];
  readonly permissionIds: readonly string[];
}

/** Active rules of a Space as they are now: they have no versions. */
export function separationRulesOf(executor: SqlExecutor, spaceId: string): Promise<SeparationRuleFacts[]> {
  return executor.query<SeparationRuleFacts>(sql`
    SELECT id, role_ids AS "roleIds", permission_ids AS "permissionIds", at_most AS "atMost" FROM sys_authz.separation_rules
    WHERE space_id = ${spaceId} AND status = 'active' ORDER BY id`);
}

/**
 * Active Members that exceed rules in a view. A Member holds what an active assignment gives that has not ended, also one that starts
 * later, by its Role and what that inherits, as the guard over mutations counts it.
 */
export function violationsOn({ index, clock }: View, rules: readonly SeparationRuleFacts[]): ViolationFacts[] {
  const { actors, assignments, roles } = index;
  index.settle();
  const held = new Map<string, Map<number, Set<string>>>();
  const { ofRole } = assignments;
  const assigned = roles.all().filter(({ row }) => ofRole.start(row) < ofRole.end(row));
  const giving = new Map(assigned.map((role) => [role, itemsOf(roles, role)]));
  for (const rule of rules) {
    const items = new Set([...rule.roleIds, ...rule.permissionIds]);
    const ofRule = new Map<number, Set<string>>();
    for (const [role, given] of giving) {
      const both = [...given].filter((id) => items.has(id));
      if (both.length === 0) continue;
      for (let at = ofRole.start(role.row); at < ofRole.end(role.row); at += 1) {
        const row = ofRole.pool[at] as number;
        const member = assignments.member(row);
        if (!actors.isActive(member) || (assignments.fact(row).expiresAt ?? Number.POSITIVE_INFINITY) <= clock) continue;
        const ofMember = ofRule.get(member) ?? new Set<string>();
        ofRule.set(member, ofMember);
        for (const id of both) ofMember.add(id);
      }
    }
    held.set(rule.id, ofRule);
  }
  return rules.flatMap((rule) => [...(held.get(rule.id) ?? [])].filter(([, ids]) => ids.size > rule.atMost).map(([member, ids]) => {
    const sorted = [...ids].sort();
    return { ruleId: rule.id, memberId: actors.id(member), roleIds: rule.roleIds.length > 0 ? sorted : [], permissionIds: rule.roleIds.length > 0 ? [] : sorted };
  }));
}

/** Violations that were not there before, or not to this extent; by rule and Member. */
export function newViolations(before: readonly ViolationFacts[], after: readonly ViolationFacts[]): ViolationFacts[] {
  const known = new Map(before.map((violation) => [JSON.stringify([violation.ruleId, violation.memberId]), new Set([...violation.roleIds, ...violation.permissionIds])]));
  return after
    .filter(({ ruleId, memberId, roleIds, permissionIds }) => {
      const had = known.get(JSON.stringify([ruleId, memberId]));
      return had === undefined || [...roleIds, ...permissionIds].some((id) => !had.has(id));
    })
    .sort((left, right) => compareText(left.ruleId, right.ruleId) || compareText(left.memberId, right.memberId));
}

// Active Roles from this one on, and the Permissions that allow by them.
function itemsOf(roles: View['index']['roles'], role: RoleEntry): ReadonlySet<string> {
  const reached = new Set(role.status === 'active' ? [role] : []);
  for (const each of reached) {
    for (const id of each.inherits.values()) {
      const next = roles.role(id);
      if (next?.status === 'active') reached.add(next);
    }
  }
  const permissions = role.rules.filter(({ permission }) => permission.effect === 'allow').map(({ permission }) => permission.id);
  return new Set([...[...reached].map(({ id }) => id), ...permissions]);
}
