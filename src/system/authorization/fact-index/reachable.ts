import { GroupReach } from './group-reach.js';
import { SCOPE_CODES, type PairEntry } from './registry-index.js';
import { MANY, type Rule } from './role-rules.js';
import { ROLE_SHIFT, STRIDE } from './assignments.js';
import type { SpaceIndex } from './space-index.js';

const IN_TREE = 1;
const IN_GROUP = 2;
const IN_SPACE = 4;
const FLAGS: Readonly<Record<number, number>> = { [SCOPE_CODES.group_tree]: IN_TREE, [SCOPE_CODES.group]: IN_GROUP, [SCOPE_CODES.space]: IN_SPACE };

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
  const { assignments, groups } = index;
  const { ofAnchor, ofRole } = assignments;
  const scopes = scopesOfRoles(index, pair);
  if (group !== undefined) {
    for (const above of groups.upwards(group)) {
      const wanted = above === group ? IN_TREE | IN_GROUP : IN_TREE;
      for (let at = ofAnchor.start(above); at < ofAnchor.end(above); at += 1) {
        const row = ofAnchor.pool[at] as number;
        if (((scopes[assignments.role(row)] as number) & wanted) !== 0) members[assignments.member(row)] = 1;
      }
    }
  }
  for (const [role, allowed] of scopes.entries()) {
    if ((allowed & IN_SPACE) === 0) continue;
    for (let at = ofRole.start(role); at < ofRole.end(role); at += 1) members[assignments.member(ofRole.pool[at] as number)] = 1;
  }
  const owning = owner === undefined ? undefined : index.actors.row(owner);
  if (owning !== undefined) members[owning] = 1;
  return members;
}

/** For each Role the scopes by which it allows the pair, as flags. */
function scopesOfRoles(index: SpaceIndex, pair: PairEntry): Uint8Array {
  const { roles } = index;
  const scopes = new Uint8Array(roles.all().length);
  for (let role = 0; role < scopes.length; role += 1) {
    if (!roles.holds(pair.number, role)) continue;
    const kind = roles.kind(pair.number, role);
    if (kind !== MANY) scopes[role] = FLAGS[kind - 1] ?? 0;
    else for (const { permission: { scopeCode } } of allowances(index, role, pair)) scopes[role] = (scopes[role] as number) | (FLAGS[scopeCode] ?? 0);
  }
  return scopes;
}

/** Where a Member could be allowed: everything in the Space, what lies in some Groups, what it owns. */
export interface Reachable {
  readonly isSpace: boolean;
  readonly isOwn: boolean;
  readonly groups: GroupReach;
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
  return { isSpace, isOwn, groups: new GroupReach(groups, trees, exact) };
}
