import { MODEL_IDS } from '../ids.js';
import type { Entry, Model, PermissionEntry, SeparationEntry } from '../model.js';

/** Ids of what a file names: those that are stored, and those that are given to what an import makes. */
export class KnownIds {
  private readonly taken = new Set<string>();
  private readonly permissions: Map<string, string>;
  private readonly roles: Map<string, string>;
  private readonly groups: Map<string, string>;

  /** @param stored - called as the file calls it */
  constructor(stored: Model, private readonly spaceId: string) {
    const idsOf = (entries: ReadonlyMap<string, Entry>): Map<string, string> => new Map([...entries].map(([key, { id }]) => [key, id!]));
    this.permissions = idsOf(stored.permissions);
    this.roles = idsOf(stored.roles);
    this.groups = idsOf(stored.groups);
    for (const ids of [this.permissions, this.roles, this.groups]) for (const id of ids.values()) this.taken.add(id);
    for (const { id } of stored.separation) this.taken.add(id!);
  }

  permission(key: string): string {
    return this.permissions.get(key)!;
  }

  role(key: string): string {
    return this.roles.get(key)!;
  }

  group(path: string): string {
    return this.groups.get(path)!;
  }

  /** Id of a Permission that is made; the key may be that of another rule which is stored. */
  newPermission(permission: PermissionEntry): string {
    const named = MODEL_IDS.permission(permission.key);
    const id = this.taken.has(named) ? MODEL_IDS.permissionOfRule(permission) : named;
    this.permissions.set(permission.key, id);
    return id;
  }

  newRole(key: string): string {
    const id = MODEL_IDS.role(this.spaceId, key);
    this.roles.set(key, id);
    return id;
  }

  /** Id of a Group that is made; one that has moved keeps its id, which is then another Group's. */
  newGroup(path: string, otherwise: string): string {
    const named = MODEL_IDS.group(this.spaceId, path);
    const id = this.taken.has(named) ? otherwise : named;
    this.groups.set(path, id);
    return id;
  }

  /** Id of a rule that is made; one that was renamed keeps its id. */
  newSeparation(rule: SeparationEntry, otherwise: string): string {
    const named = MODEL_IDS.separation(this.spaceId, rule);
    return this.taken.has(named) ? otherwise : named;
  }
}
