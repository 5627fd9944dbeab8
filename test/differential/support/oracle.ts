import { CONDITIONS } from '../../../src/system/authorization/fact-index/testing/random-conditions.js';
import type { Columns, View } from './journal.js';

/** A question, in the words of the tables. */
export interface OracleQuestion {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  readonly isMachine: boolean;
  readonly resourceType: string;
  readonly action: string;
  readonly resourceId: string;
  /** Row of a Resource that is not stored; its Group is named by id or by path. */
  readonly proposed: Columns | undefined;
  readonly context: Columns;
  readonly now: number;
}

/** Its answer: the deny code or ALLOW, and the ids of assignment, RolePermission and inherited Roles that it comes from. */
export interface OracleAnswer {
  readonly code: string;
  readonly by?: readonly [assignment: string, rolePermission: string, path: readonly string[]];
}

type Row = Columns | undefined;
interface Grant {
  readonly assignment: Columns;
  readonly role: Columns;
  readonly path: readonly string[];
  readonly rolePermission: Columns;
  readonly permission: Columns;
  readonly anchor: Row;
}

/**
 * Answers a question by looking at the rows of all tables, by the rules as they are written down and nothing else: neither engine nor
 * index nor SQL has a part in it.
 */
export function oracle(view: View, asked: OracleQuestion): OracleAnswer {
  const table = (kind: string): readonly Columns[] => view.get(kind) ?? [];
  const row = (kind: string, id: unknown): Row => table(kind).find((each) => each['id'] === id);
  const active = (...rows: readonly Row[]): boolean => rows.every((each) => each?.['status'] === 'active');
  const at = (moment: unknown): number => Math.floor(Date.parse(String(moment)));

  const [user, member, binding, space] = [row('user', asked.userId), row('member', asked.memberId), row('user_member', asked.userMemberId), row('space', asked.spaceId)];
  const type = table('resource_type').find((each) => each['key'] === asked.resourceType);
  const action = table('resource_action').find((each) => each['resource_type'] === asked.resourceType && each['key'] === asked.action);
  const mapping = table('resource_mapping').find((each) => each['resource_type'] === asked.resourceType);
  const target = asked.proposed ?? row('resource', asked.resourceId);
  const group = table('group').find((each) => (typeof target?.['group_path'] === 'string' ? each['path'] === target['group_path'] : each['id'] === target?.['group_id']));
  const namesGroup = typeof (target?.['group_path'] ?? target?.['group_id']) === 'string';

  const problems: readonly (readonly [() => boolean, string])[] = [
    [() => member === undefined || space === undefined || (!asked.isMachine && (user === undefined || binding === undefined)), 'ACTOR_NOT_FOUND'],
    [() => !asked.isMachine && !active(user), 'ACTOR_USER_INACTIVE'],
    [() => !active(member), 'ACTOR_MEMBER_INACTIVE'],
    [() => !active(space), 'SPACE_INACTIVE'],
    [() => !asked.isMachine && !active(binding), 'USER_MEMBER_REVOKED'],
    [() => !asked.isMachine && typeof binding?.['expires_at'] === 'string' && at(binding['expires_at']) <= asked.now, 'USER_MEMBER_EXPIRED'],
    [() => type === undefined, 'INVALID_RESOURCE_TYPE'],
    [() => !active(type), 'RESOURCE_TYPE_INACTIVE'],
    [() => action === undefined, 'INVALID_RESOURCE_ACTION'],
    [() => !active(action), 'RESOURCE_ACTION_INACTIVE'],
    [() => mapping === undefined, 'RESOURCE_MAPPING_NOT_FOUND'],
    [() => !active(mapping), 'RESOURCE_MAPPING_INACTIVE'],
    [() => target === undefined || target['resource_type'] !== asked.resourceType, 'RESOURCE_NOT_FOUND'],
    [() => asked.proposed === undefined && mapping?.['storage_kind'] !== 'internal_table', 'RESOURCE_NOT_FOUND'],
    [() => !asked.isMachine && (binding?.['user_id'] !== asked.userId || binding?.['member_id'] !== asked.memberId), 'CROSS_SPACE_VIOLATION'],
    [() => target?.['space_id'] !== asked.spaceId, 'CROSS_SPACE_VIOLATION'],
    [() => !active(target), 'RESOURCE_INACTIVE'],
    [() => namesGroup && group === undefined, 'TARGET_GROUP_MISSING'],
    [() => namesGroup && !active(group), 'TARGET_GROUP_INACTIVE'],
  ];
  const failed = problems.find(([fails]) => fails());
  if (failed !== undefined) return { code: failed[1] };

  const ways = (from: string): Map<string, readonly string[]> => {
    const found = new Map<string, readonly string[]>();
    const walk = (role: string, way: readonly string[]): void => {
      const held = found.get(role);
      if (held === undefined || way.length < held.length || (way.length === held.length && way.join('/') < held.join('/'))) found.set(role, way);
      for (const edge of table('role_inheritance')) {
        const next = String(edge['inherited_role_id']);
        if (edge['role_id'] === role && active(edge, row('role', next)) && next !== from && !way.includes(next)) walk(next, [...way, next]);
      }
    };
    walk(from, []);
    return found;
  };
  const inForce = (assignment: Columns): boolean =>
    !(typeof assignment['starts_at'] === 'string' && at(assignment['starts_at']) > asked.now) && !(typeof assignment['expires_at'] === 'string' && at(assignment['expires_at']) <= asked.now);
  const grants: Grant[] = [];
  for (const assignment of table('member_role')) {
    const role = row('role', assignment['role_id']);
    if (assignment['member_id'] !== asked.memberId || role === undefined || !active(assignment, role) || !inForce(assignment)) continue;
    for (const [holder, path] of ways(String(role['id']))) {
      for (const rolePermission of table('role_permission')) {
        const permission = row('permission', rolePermission['permission_id']);
        if (rolePermission['role_id'] !== holder || permission === undefined || !active(rolePermission, permission)) continue;
        if (permission['resource_type'] !== asked.resourceType || permission['action'] !== asked.action) continue;
        grants.push({ assignment, role, path, rolePermission, permission, anchor: row('group', assignment['scope_anchor_group_id']) });
      }
    }
  }
  const place = (grant: Grant): readonly string[] =>
    [grant.role['key'], grant.permission['scope'], grant.permission['effect'], grant.assignment['id'], grant.rolePermission['id'], JSON.stringify(grant.path)] as string[];
  grants.sort((left, right) => {
    const [one, other] = [place(left), place(right)];
    const differs = one.findIndex((part, index) => part !== other[index]);
    return differs < 0 ? 0 : (one[differs] as string) < (other[differs] as string) ? -1 : 1;
  });

  // '' for what is covered, else the deny code.
  const scope = ({ permission, anchor }: Grant): string => {
    switch (permission['scope']) {
      case 'space': return '';
      case 'self': return target?.['owner_member_id'] === asked.memberId ? '' : 'SCOPE_OUT_OF_BOUNDS';
      case 'global': return 'GLOBAL_SCOPE_DISABLED';
      default:
    }
    if (anchor === undefined) return 'SCOPE_ANCHOR_MISSING';
    if (permission['effect'] === 'allow' && !active(anchor)) return 'SCOPE_ANCHOR_INACTIVE';
    if (group === undefined) return 'TARGET_GROUP_MISSING';
    const isInside = permission['scope'] === 'group' ? group['id'] === anchor['id'] : `${String(group['path'])}.`.startsWith(`${String(anchor['path'])}.`);
    return isInside ? '' : 'SCOPE_OUT_OF_BOUNDS';
  };
  const says = (condition: unknown): boolean | undefined => {
    if (typeof condition !== 'string') return true;
    const meaning = CONDITIONS.get(condition);
    if (meaning === undefined) throw new Error(`the oracle does not know the condition ${condition}`);
    const owner = target?.['owner_member_id'];
    return meaning({
      actor: { memberId: asked.memberId, isMachine: asked.isMachine }, context: asked.context, now: asked.now,
      resource: { ownerMemberId: typeof owner === 'string' ? owner : undefined, metadata: (target?.['metadata'] ?? {}) as Columns },
    });
  };
  const said = ({ permission, assignment }: Grant): (boolean | undefined)[] => [says(permission['condition']), says(assignment['condition'])];
  const denies = (grant: Grant): boolean => ['', 'GLOBAL_SCOPE_DISABLED', 'SCOPE_ANCHOR_MISSING'].includes(scope(grant)) && !said(grant).includes(false);
  const by = (grant: Grant): OracleAnswer['by'] => [String(grant.assignment['id']), String(grant.rolePermission['id']), grant.path];

  const denial = grants.find((grant) => grant.permission['effect'] === 'deny' && denies(grant));
  if (denial !== undefined) return { code: 'EXPLICIT_DENY', by: by(denial) };
  const allowances = grants.filter((grant) => grant.permission['effect'] === 'allow');
  const covering = allowances.filter((grant) => scope(grant) === '');
  const allowing = covering.find((grant) => said(grant).every((outcome) => outcome === true));
  if (allowing !== undefined) return { code: 'ALLOW', by: by(allowing) };
  if (covering[0] !== undefined) return { code: 'CONDITION_NOT_MET', by: by(covering[0]) };
  return allowances[0] === undefined ? { code: 'NO_MATCHING_PERMISSION' } : { code: scope(allowances[0]), by: by(allowances[0]) };
}
