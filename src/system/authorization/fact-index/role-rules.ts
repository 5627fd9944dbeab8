import type { RoleFact } from '../engine/index.js';
import { compareText } from './compare-text.js';
import { isActive, text, type FactRow } from './fact-row.js';
import { grown } from './id-slab.js';
import type { PermissionEntry, RegistryIndex } from './registry-index.js';

/** One Permission that a Role has, itself or through a Role that it inherits. */
export interface Rule {
  readonly permission: PermissionEntry;
  readonly rolePermissionId: string;
  /** Roles from the assigned one, exclusive, to the one that holds the Permission. */
  readonly inherited: readonly RoleEntry[];
}

/** A Role with what it holds by itself. */
export interface RoleEntry {
  readonly row: number;
  readonly id: string;
  key: string;
  status: string;
  /** What it holds by active RolePermissions, whatever the Permissions are. */
  own: readonly Rule[];
  /** RoleInheritance id → id of the inherited Role; active ones only. */
  inherits: ReadonlyMap<string, string>;
  /** Numbers of the pairs of {@link rules}, one for each. */
  pairs: Int32Array;
  /** Rules in force, by pair, then in the order of candidates. */
  rules: readonly Rule[];
}

/** Kind of rules that have to be looked at one by one. */
export const MANY = 0xff;

/** What the Roles of a Space have for one pair of type and action. */
export interface PairRules {
  /** A bit for each Role that has a rule. */
  holders: Uint32Array;
  /** For each Role: 1 + the code of the scope where it has one rule, which allows without a condition; {@link MANY} otherwise. */
  kinds: Uint8Array;
  /** Denying rules of all Roles. */
  denials: number;
}

const NO_PAIRS = new Int32Array(0);
const NO_ROLES: readonly RoleEntry[] = [];
const NO_RULES: readonly Rule[] = [];
const NOTHING_INHERITED: ReadonlyMap<string, string> = new Map();

/**
 * The Roles of one Space and what each of them may do when inheritance is followed. For each pair of type and action a bit per Role
 * says whether the Role has a rule at all: the question that decisions ask most often.
 */
export class RoleRules {
  private readonly byId = new Map<string, RoleEntry>();
  private readonly entries: RoleEntry[] = [];
  private readonly pairs: (PairRules | undefined)[] = [];
  private readonly stale = new Set<RoleEntry>();
  private ruleCount = 0;

  constructor(private readonly spaceId: string, private readonly registry: RegistryIndex) {}

  /** Bytes held, roughly. */
  get size(): number {
    return this.entries.length * (400 + this.pairs.length * 1.125) + this.ruleCount * 115;
  }

  role(id: string): RoleEntry | undefined {
    return this.byId.get(id);
  }

  at(row: number): RoleEntry {
    return this.entries[row] as RoleEntry;
  }

  all(): readonly RoleEntry[] {
    return this.entries;
  }

  /** Which Roles have rules for the pair; undefined when none ever had. Ask {@link settle} first. */
  ofPair(pair: number): PairRules | undefined {
    return this.pairs[pair];
  }

  fact({ id, key, status }: RoleEntry): RoleFact {
    return { id, key, spaceId: this.spaceId, status };
  }

  /** The Role of an id that may not be known yet: an assignment can come before it. */
  named(id: string): RoleEntry {
    let entry = this.byId.get(id);
    if (entry === undefined) {
      entry = { row: this.entries.length, id, key: '', status: 'missing', own: NO_RULES, inherits: NOTHING_INHERITED, pairs: NO_PAIRS, rules: NO_RULES };
      this.byId.set(id, entry);
      this.entries.push(entry);
    }
    return entry;
  }

  /** Takes a row of a Role, a RolePermission or a RoleInheritance in. Gives the Role when its key has changed. */
  apply(row: FactRow): RoleEntry | undefined {
    if (row.kind === 'role') return this.setRole(row.id, text(row, 'key'), row.removed ? 'removed' : text(row, 'status'));
    const roleId = text(row, 'role_id');
    if (row.kind === 'role_permission') this.setPermission(roleId, row.id, isActive(row) ? text(row, 'permission_id') : undefined);
    else this.setInheritance(roleId, row.id, isActive(row) ? text(row, 'inherited_role_id') : undefined);
    return undefined;
  }

  /** Gives the Role when its key has changed. */
  setRole(id: string, key: string, status: string): RoleEntry | undefined {
    const role = this.named(id);
    const moved = role.key !== key;
    role.key = key;
    role.status = status;
    this.stale.add(role);
    return moved ? role : undefined;
  }

  /** Says which Permission a Role holds by a RolePermission; undefined for none any more. */
  setPermission(roleId: string, rolePermissionId: string, permissionId: string | undefined): void {
    const role = this.named(roleId);
    const others = role.own.some((rule) => rule.rolePermissionId === rolePermissionId) ? role.own.filter((rule) => rule.rolePermissionId !== rolePermissionId) : role.own;
    role.own = permissionId === undefined ? others : [...others, { permission: this.registry.permissionNamed(permissionId), rolePermissionId, inherited: NO_ROLES }];
    this.stale.add(role);
  }

  /** Says which Role a Role inherits by a RoleInheritance; undefined for none any more. */
  setInheritance(roleId: string, inheritanceId: string, inheritedRoleId: string | undefined): void {
    const role = this.named(roleId);
    const others = [...role.inherits].filter(([id]) => id !== inheritanceId);
    role.inherits = new Map(inheritedRoleId === undefined ? others : [...others, [inheritanceId, inheritedRoleId]]);
    this.stale.add(role);
  }

  /** Says that Permissions of the catalogue have changed. */
  permissionsChanged(ids: ReadonlySet<string>): void {
    for (const role of this.entries) {
      if (!role.own.some(({ permission }) => ids.has(permission.id))) continue;
      role.own = role.own.map((rule) => (ids.has(rule.permission.id) ? { ...rule, permission: this.registry.permissionNamed(rule.permission.id) } : rule));
      this.stale.add(role);
    }
  }

  /** Follows what has changed since, for the Roles that it touches. */
  settle(): void {
    if (this.stale.size === 0) return;
    for (const role of this.withHeirs()) this.compile(role);
    this.stale.clear();
  }

  private withHeirs(): Set<RoleEntry> {
    const heirs = new Map<string, RoleEntry[]>();
    for (const role of this.entries) {
      for (const inherited of role.inherits.values()) heirs.set(inherited, [...(heirs.get(inherited) ?? []), role]);
    }
    const touched = new Set(this.stale);
    // A Set visits what is added while it is walked.
    for (const role of touched) for (const heir of heirs.get(role.id) ?? []) touched.add(heir);
    return touched;
  }

  private compile(role: RoleEntry): void {
    for (const [at, rule] of role.rules.entries()) {
      const pair = role.pairs[at] as number;
      const ofPair = this.mark(pair, role.row, 0);
      if (rule.permission.effect === 'deny') ofPair.denials -= 1;
    }
    const rules = this.reachable(role).sort(compareRules);
    this.ruleCount += rules.length - role.rules.length;
    role.rules = rules;
    role.pairs = Int32Array.from(rules, ({ permission }) => permission.pair.number);
    for (const [at, { permission: { pair, effect, condition, scopeCode } }] of rules.entries()) {
      const isAlone = role.pairs[at - 1] !== pair.number && role.pairs[at + 1] !== pair.number;
      const isPlain = isAlone && effect === 'allow' && condition === undefined && scopeCode >= 0;
      const ofPair = this.mark(pair.number, role.row, isPlain ? 1 + scopeCode : MANY);
      if (effect === 'deny') ofPair.denials += 1;
    }
  }

  // Breadth first with neighbours in the order of their ids: each Role is met by its shortest path, and of those by the least one.
  private reachable(role: RoleEntry): Rule[] {
    if (role.status !== 'active') return [];
    const rules: Rule[] = [];
    const seen = new Set([role]);
    const queue: { readonly holder: RoleEntry; readonly inherited: readonly RoleEntry[] }[] = [{ holder: role, inherited: NO_ROLES }];
    for (const { holder, inherited } of queue) {
      for (const rule of holder.own) {
        if (rule.permission.status === 'active') rules.push(inherited.length === 0 ? rule : { ...rule, inherited });
      }
      if (holder.inherits.size === 0) continue;
      for (const id of [...holder.inherits.values()].sort(compareText)) {
        const next = this.byId.get(id);
        if (next === undefined || next.status !== 'active' || seen.has(next)) continue;
        seen.add(next);
        queue.push({ holder: next, inherited: [...inherited, next] });
      }
    }
    return rules;
  }

  private mark(number: number, row: number, kind: number): PairRules {
    const pair = (this.pairs[number] ??= { holders: new Uint32Array(0), kinds: new Uint8Array(0), denials: 0 });
    if (row >= pair.kinds.length) {
      const words = (this.entries.length >> 5) + 1;
      pair.holders = grown(pair.holders, new Uint32Array(words));
      pair.kinds = grown(pair.kinds, new Uint8Array(words << 5));
    }
    pair.kinds[row] = kind;
    const bit = 1 << (row & 31);
    const word = pair.holders[row >> 5] as number;
    pair.holders[row >> 5] = kind === 0 ? word & ~bit : word | bit;
    return pair;
  }
}

function compareRules(left: Rule, right: Rule): number {
  const [one, other] = [left.permission, right.permission];
  return one.pair.number - other.pair.number
    || compareText(one.scope, other.scope)
    || compareText(one.effect, other.effect)
    || compareText(left.rolePermissionId, right.rolePermissionId)
    || compareText(pathOf(left), pathOf(right));
}

function pathOf({ inherited }: Rule): string {
  return inherited.length === 0 ? '[]' : JSON.stringify(inherited.map(({ id }) => id));
}
