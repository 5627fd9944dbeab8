import { Random } from '../../../src/system/authorization/fact-index/testing/random.js';

/** What every engine of the cross-check can say: Roles with allowances and denials, that inherit, given to users at Groups of a tree. */
export interface SharedModel {
  readonly users: readonly string[];
  /** Parent of each Group; undefined for a root. */
  readonly groups: ReadonlyMap<string, string | undefined>;
  readonly roles: readonly string[];
  /** Role, and the Role that it inherits. */
  readonly inheritances: readonly (readonly [string, string])[];
  readonly grants: readonly SharedGrant[];
  readonly assignments: readonly { readonly user: string; readonly role: string; readonly group: string }[];
  readonly resources: readonly { readonly id: string; readonly group: string; readonly owner: string }[];
}

/** What a Role has. */
export interface SharedGrant {
  readonly role: string;
  readonly action: string;
  readonly scope: 'group_tree' | 'space' | 'self';
  readonly effect: 'allow' | 'deny';
}

/** May the user do the action on the resource? */
export interface SharedQuestion {
  readonly user: string;
  readonly action: string;
  readonly resource: SharedModel['resources'][number];
}

/** Actions of all models. */
export const ACTIONS = ['read', 'approve', 'export'] as const;

/** A small model, in which much meets. */
export function randomModel(seed: number): SharedModel {
  const random = new Random(seed);
  const names = (prefix: string, count: number): [string, ...string[]] => Array.from({ length: count }, (_, number) => `${prefix}${number}`) as [string, ...string[]];
  const [users, roles, groupIds] = [names('u', 5), names('r', 5), names('g', 9)];
  const groups = new Map(groupIds.map((id, at) => [id, at > 0 && random.chance(0.8) ? groupIds[random.below(at)] : undefined]));
  const once = <Row>(rows: readonly Row[]): Row[] => [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  const some = <Row>(most: number, make: () => Row): Row[] => once(Array.from({ length: random.below(most + 1) }, make));
  return {
    users, roles, groups,
    // Only ever a Role that comes later: no circles.
    inheritances: some(4, () => {
      const at = random.below(roles.length - 1);
      return [roles[at] as string, roles[at + 1 + random.below(roles.length - at - 1)] as string] as const;
    }),
    grants: some(14, () => ({
      role: random.pick(roles), action: random.pick(ACTIONS), scope: random.mostly(0.7, 'group_tree' as const, 'space', 'self'), effect: random.mostly(0.75, 'allow' as const, 'deny'),
    })),
    assignments: some(12, () => ({ user: random.pick(users), role: random.pick(roles), group: random.pick(groupIds) })),
    resources: names('doc', 7).map((id) => ({ id, group: random.pick(groupIds), owner: random.pick(users) })),
  };
}

/** A Group and all above it. */
export function upwards({ groups }: Pick<SharedModel, 'groups'>, group: string): string[] {
  const parent = groups.get(group);
  return parent === undefined ? [group] : [group, ...upwards({ groups }, parent)];
}

/** Every question of a model. */
export function questionsOf({ users, resources }: SharedModel): SharedQuestion[] {
  return users.flatMap((user) => ACTIONS.flatMap((action) => resources.map((resource) => ({ user, action, resource }))));
}
