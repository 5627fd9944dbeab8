import type { Question, ResourceFact } from '../../src/system/authorization/engine/index.js';
import type { FactRow } from '../../src/system/authorization/fact-index/fact-row.js';
import { RegistryIndex } from '../../src/system/authorization/fact-index/registry-index.js';
import { SpaceIndex, type IndexedTarget } from '../../src/system/authorization/fact-index/space-index.js';
import { parentOf, type Workload } from './workload.js';

/** Space of the workload. */
export const SPACE = 'space_bench';

/** Rows of the workload as the tables of one Space hold them: a user is User, binding and Member, a scope is a Group. */
export function* factRows({ users, held, scopes, assignedRole, assignedScope }: Workload): Iterable<FactRow> {
  const row = (kind: string, id: string, body: Record<string, unknown>): FactRow => ({ kind, id, removed: false, body: { id, status: 'active', ...body } });
  yield row('space', SPACE, {});
  for (let type = 0; type < 50; type += 1) {
    yield row('resource_type', `rt_${type}`, { key: `type${type}` });
    yield row('resource_mapping', `rm_${type}`, { resource_type: `type${type}`, storage_kind: 'internal_table' });
    for (let action = 0; action < 8; action += 1) {
      yield row('resource_action', `ra_${type}_${action}`, { resource_type: `type${type}`, key: `act${action}`, risk_level: 'normal', audit_default: true });
      yield row('permission', `perm_${type * 8 + action}`, { resource_type: `type${type}`, action: `act${action}`, scope: 'group_tree', effect: 'allow', condition: null });
    }
  }
  const paths: string[] = [];
  for (let scope = 0; scope < scopes; scope += 1) {
    const parent = parentOf(scope);
    paths.push(parent < 0 ? `s${scope}` : `${paths[parent]}.s${scope}`);
    yield row('group', `group_s${scope}`, { space_id: SPACE, parent_group_id: parent < 0 ? null : `group_s${parent}`, path: paths[scope] });
  }
  for (let user = 0; user < users; user += 1) {
    yield row('member', `member_u${user}`, { space_id: SPACE, member_type: 'human' });
    yield row('user_member', `um_u${user}`, {
      user_id: `user_u${user}`, member_id: `member_u${user}`, space_id: SPACE, relation_type: 'login', is_primary: true, expires_at: null,
    });
  }
  for (const [role, permissions] of held.entries()) {
    yield row('role', `role_r${role}`, { space_id: SPACE, key: `r${role}` });
    for (const p of permissions) yield row('role_permission', `rp_r${role}_${p}`, { space_id: SPACE, role_id: `role_r${role}`, permission_id: `perm_${p}` });
  }
  for (let k = 0; k < assignedRole.length; k += 1) {
    yield row('member_role', `mr_${k}`, {
      space_id: SPACE, member_id: `member_u${k >> 3}`, role_id: `role_r${assignedRole[k]}`, scope_anchor_group_id: `group_s${assignedScope[k]}`,
      starts_at: null, expires_at: null, condition: null,
    });
  }
}

/** The index of the workload, built from rows in memory. */
export function buildIndex(workload: Workload): SpaceIndex {
  const registry = new RegistryIndex();
  const index = new SpaceIndex(SPACE, registry);
  for (const row of factRows(workload)) {
    registry.apply([row]);
    index.load(row);
  }
  for (let user = 0; user < workload.users; user += 1) index.actors.setUser(`user_u${user}`, 'active');
  index.settle();
  return index;
}

/** The questions of the workload with everything a caller sends: the actor by its four ids, the target by type and Group. */
export function questionsOf({ requests }: Workload): { readonly question: Question; readonly target: IndexedTarget }[] {
  return requests.map(({ u, p, s }) => {
    const resourceType = flat(`type${Math.floor(p / 8)}`);
    const resource: ResourceFact = { id: 'res_bench', spaceId: SPACE, resourceType, groupId: flat(`group_s${s}`), status: 'active' };
    return {
      question: {
        actor: { userId: flat(`user_u${u}`), memberId: flat(`member_u${u}`), userMemberId: flat(`um_u${u}`), spaceId: SPACE },
        resourceType, resourceId: resource.id, action: flat(`act${p % 8}`),
      },
      target: { resource, isInline: true },
    };
  });
}

/** A string as it comes out of a request: characters in one piece, not joined lazily. */
export function flat(text: string): string {
  return Buffer.from(text).toString('latin1');
}
