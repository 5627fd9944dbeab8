import type { RoleFact } from '../engine/index.js';

/** Steps from an assigned Role to one that it inherits, at most; the database keeps chains within it. */
const MOST_STEPS = 16;

/** Roles with what each of them inherits directly. */
export class RolePaths {
  private readonly roles = new Map<string, RoleFact>();
  private readonly inheritedBy = new Map<string, string[]>();
  private readonly known = new Map<string, ReadonlyMap<string, readonly RoleFact[]>>();

  addRole(role: RoleFact): void {
    this.roles.set(role.id, role);
  }

  addInheritance(roleId: string, inheritedRoleId: string): void {
    const held = this.inheritedBy.get(roleId);
    if (held === undefined) this.inheritedBy.set(roleId, [inheritedRoleId]);
    else held.push(inheritedRoleId);
  }

  role(id: string): RoleFact | undefined {
    return this.roles.get(id);
  }

  /**
   * Every Role that an assigned one has, itself included, with the Roles on the way to it: one way each, over active Roles only where
   * there is such a way, then the shortest, then the first by ids. A longer way counts when a shorter one leads over a disabled Role.
   */
  from(roleId: string): ReadonlyMap<string, readonly RoleFact[]> {
    const held = this.known.get(roleId);
    if (held !== undefined) return held;
    const paths = new Map<string, readonly RoleFact[]>([[roleId, []]]);
    this.walk(roleId, paths, ({ status }) => status === 'active');
    this.walk(roleId, paths, () => true);
    this.known.set(roleId, paths);
    return paths;
  }

  private walk(start: string, paths: Map<string, readonly RoleFact[]>, mayPass: (role: RoleFact) => boolean): void {
    const seen = new Set([start]);
    let front: (readonly [string, readonly RoleFact[]])[] = [[start, []]];
    for (let step = 0; step < MOST_STEPS && front.length > 0; step += 1) {
      const next: typeof front = [];
      for (const [from, path] of front) {
        for (const id of (this.inheritedBy.get(from) ?? []).toSorted(byBytes)) {
          const role = this.roles.get(id);
          if (role === undefined || seen.has(id) || !mayPass(role)) continue;
          seen.add(id);
          const longer = [...path, role];
          if (!paths.has(id)) paths.set(id, longer);
          next.push([id, longer]);
        }
      }
      front = next;
    }
  }
}

function byBytes(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
