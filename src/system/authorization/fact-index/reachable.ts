import type { PairEntry } from './registry-index.js';
import { SCOPE_CODES } from './registry-index.js';
import type { Rule } from './role-rules.js';
import { ROLE_SHIFT, STRIDE } from './assignments.js';
import type { SpaceIndex } from './space-index.js';

/** Allowing rules of a Role for a pair. */
function* allowances(index: SpaceIndex, role: number, pair: PairEntry): Iterable<Rule> {
  const { pairs, rules } = index.roles.at(role);
  for (let at = pairs.indexOf(pair.number); pairs[at] === pair.number; at += 1) {
    const rule = rules[at] as Rule;
    if (rule.permission.effect === 'allow') yield rule;
  }
}

/**
 * Rows of the Members that could be allowed on a target in a Group: a bit each. Nobody else can be; of these a decision has to say
 * which are, because it also looks at statuses, time, denials and conditions.
 *
 * @param group - row of the Group of the target; undefined for none
 * @param owner - Member that owns the target
 */
export function membersThatMay(index: SpaceIndex, pair: PairEntry, group: number | undefined, owner: string | undefined): Uint8Array {
  index.settle();
  const members = new Uint8Array(index.actors.count);
  const { assignments, roles, groups } = index;
  const take = (pool: Int32Array, from: number, to: number, wanted: (rule: Rule) => boolean): void => {
    for (let at = from; at < to; at += 1) {
      const row = pool[at] as number;
      const role = assignments.role(row);
      if (!roles.holds(pair.number, role) || members[assignments.member(row)] === 1) continue;
      for (const rule of allowances(index, role, pair)) if (wanted(rule)) members[assignments.member(row)] = 1;
    }
  };
  if (group !== undefined) {
    for (const above of groups.upwards(group)) {
      const { ofAnchor } = assignments;
      take(ofAnchor.pool, ofAnchor.start(above), ofAnchor.end(above), ({ permission: { scopeCode } }) =>
        scopeCode === SCOPE_CODES.group_tree || (scopeCode === SCOPE_CODES.group && above === group));
    }
  }
  for (const { row, pairs } of roles.all()) {
    if (!roles.holds(pair.number, row) || !pairs.includes(pair.number)) continue;
    const { ofRole } = assignments;
    take(ofRole.pool, ofRole.start(row), ofRole.end(row), ({ permission: { scopeCode } }) => scopeCode === SCOPE_CODES.space);
  }
  const owning = owner === undefined ? undefined : index.actors.row(owner);
  if (owning !== undefined) members[owning] = 1;
  return members;
}

/** Where a Member could be allowed: everything in the Space, what lies in some Groups, what it owns. */
export interface Reachable {
  readonly isSpace: boolean;
  readonly isOwn: boolean;
  /** Rows of Groups. */
  readonly groups: ReadonlySet<number>;
}

/** Where the rules of a Member for a pair reach at a moment. What lies elsewhere is never allowed; what lies here, a decision has to say. */
export function reachableBy(index: SpaceIndex, member: number, pair: PairEntry, now: number): Reachable {
  index.settle();
  const { assignments, groups } = index;
  const { pool } = assignments.ofMember;
  const trees: number[] = [];
  const exact = new Set<number>();
  let [isSpace, isOwn] = [false, false];
  for (let at = assignments.ofMember.start(member); at < assignments.ofMember.end(member); at += STRIDE) {
    const [role, anchor, row] = [(pool[at] as number) >> ROLE_SHIFT, pool[at + 1] as number, pool[at + 2] as number];
    if (!assignments.isInForce(row, now)) continue;
    for (const { permission: { scopeCode } } of allowances(index, role, pair)) {
      if (scopeCode === SCOPE_CODES.space) isSpace = true;
      else if (scopeCode === SCOPE_CODES.self) isOwn = true;
      else if (anchor >= 0 && groups.isActive(anchor)) {
        if (scopeCode === SCOPE_CODES.group_tree) trees.push(anchor);
        else if (scopeCode === SCOPE_CODES.group) exact.add(anchor);
      }
    }
  }
  if (!isSpace && trees.length > 0) for (const group of groups.within(trees)) exact.add(group);
  return { isSpace, isOwn, groups: exact };
}
