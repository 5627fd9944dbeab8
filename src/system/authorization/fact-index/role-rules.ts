import type { RoleFact } from '../engine/index.js';
import { compareText } from './compare-text.js';
import { isActive, text, type FactRow } from './fact-row.js';
import { IdIndex } from './id-index.js';
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
/** Kind of a pair for which no Role ever had a rule. */
const NO_KIND = 0;

const NO_ROW = -1;
const NO_PAIRS = new Int32Array(0);
const NO_ROLES: readonly RoleEntry[] = [];
const NO_RULES: readonly Rule[] = [];
const NOTHING_INHERITED: ReadonlyMap<string, string> = new Map();

/**
 * The Roles of one Space and what each of them may do when inheritance is followed. For each pair of type and action a bit per Role
 * says whether the Role has a rule at all: the question that decisions ask most often.
 */
export class RoleRules {
  private readonly ids = new IdIndex();
  private readonly entries: RoleEntry[] = [];
  /** From {@link firstWord} of a pair on, a bit for each Role that has a rule for it. Read by the hot path; never kept over a change. */
  bits = new Uint32Array(0);
  private stride = 1;
  private pairRoom = 0;
  /** For each pair: kind of the rules of all Roles, and the denying rules among them. */
  private common = new Uint8Array(0);
  private denying = new Int32Array(0);
  /** The kind of each Role, for pairs of which the Roles differ. */
  private readonly kinds: (Uint8Array | undefined)[] = [];
  private readonly stale = new Set<RoleEntry>();
  private ruleCount = 0;

  constructor(private readonly spaceId: string, private readonly registry: RegistryIndex) {}

  /** Bytes held, roughly. */
  get size(): number {
    const differing = this.kinds.reduce((sum, kinds) => sum + (kinds?.byteLength ?? 0), 0);
    return this.entries.length * 400 + this.ruleCount * 115 + this.bits.byteLength + differing;
  }

  role(id: string): RoleEntry | undefined {
    return this.entries[this.ids.row(id) ?? NO_ROW];
  }

  at(row: number): RoleEntry {
    return this.entries[row] as RoleEntry;
  }

  all(): readonly RoleEntry[] {
    return this.entries;
  }

  /** Whether a Role has a rule for the pair. Ask {@link settle} first. */
  holds(pair: number, role: number): boolean {
    return pair < this.pairRoom && ((this.bits[pair * this.stride + (role >> 5)] as number) & (1 << (role & 31))) !== 0;
  }

  /** Where in {@link bits} those of a pair begin. */
  firstWord(pair: number): number {
    return pair * this.stride;
  }

  /** False when no Role ever had a rule for the pair. */
  isKnown(pair: number): boolean {
    return pair < this.pairRoom && this.common[pair] !== NO_KIND;
  }

  /** Denying rules of all Roles for the pair. */
  denials(pair: number): number {
    return this.denying[pair] ?? 0;
  }

  /** What a Role that has rules for the pair has: 1 + the code of the scope of its only rule, which allows without a condition; {@link MANY} otherwise. */
  kind(pair: number, role: number): number {
    const { [pair]: kinds } = this.kinds;
    return (kinds === undefined ? this.common[pair] : kinds[role]) as number;
  }

  fact({ id, key, status }: RoleEntry): RoleFact {
    return { id, key, spaceId: this.spaceId, status };
  }

  /** The Role of an id that may not be known yet: an assignment can come before it. */
  named(id: string): RoleEntry {
    return this.entries[this.ids.row(id) ?? NO_ROW] ?? this.add(id);
  }

  /** Row of the Role of an id that stands in a buffer. */
  namedBytes(bytes: Uint8Array, start: number, end: number): number {
    const row = this.ids.namedBytes(bytes, start, end);
    if (row === this.entries.length) this.add(this.ids.id(row));
    return row;
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

  private add(id: string): RoleEntry {
    const entry = { row: this.ids.named(id), id, key: '', status: 'missing', own: NO_RULES, inherits: NOTHING_INHERITED, pairs: NO_PAIRS, rules: NO_RULES };
    this.entries.push(entry);
    this.makeRoom(0, this.entries.length);
    return entry;
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
    for (const [at, rule] of role.rules.entries()) this.mark(role.pairs[at] as number, role.row, NO_KIND, rule.permission.effect === 'deny' ? -1 : 0);
    const rules = this.reachable(role).sort(compareRules);
    this.ruleCount += rules.length - role.rules.length;
    role.rules = rules;
    role.pairs = Int32Array.from(rules, ({ permission }) => permission.pair.number);
    for (const [at, { permission: { pair, effect, condition, scopeCode } }] of rules.entries()) {
      const isAlone = role.pairs[at - 1] !== pair.number && role.pairs[at + 1] !== pair.number;
      const isPlain = isAlone && effect === 'allow' && condition === undefined && scopeCode >= 0;
      this.mark(pair.number, role.row, isPlain ? 1 + scopeCode : MANY, effect === 'deny' ? 1 : 0);
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
        const next = this.role(id);
        if (next === undefined || next.status !== 'active' || seen.has(next)) continue;
        seen.add(next);
        queue.push({ holder: next, inherited: [...inherited, next] });
      }
    }
    return rules;
  }

  /** Says what a Role has for a pair: {@link NO_KIND} for nothing any more. */
  private mark(pair: number, role: number, kind: number, denials: number): void {
    this.makeRoom(pair + 1, 0);
    const word = pair * this.stride + (role >> 5);
    const bit = 1 << (role & 31);
    this.bits[word] = kind === NO_KIND ? (this.bits[word] as number) & ~bit : (this.bits[word] as number) | bit;
    this.denying[pair] = (this.denying[pair] as number) + denials;
    if (kind === NO_KIND) return;
    const common = this.common[pair] as number;
    if (common === NO_KIND) this.common[pair] = kind;
    else if (common !== kind) this.kinds[pair] ??= new Uint8Array(this.stride << 5).fill(common);
    const { [pair]: kinds } = this.kinds;
    if (kinds === undefined) return;
    if (role >= kinds.length) this.kinds[pair] = grown(kinds, new Uint8Array(this.stride << 5).fill(this.common[pair] as number, kinds.length));
    (this.kinds[pair] as Uint8Array)[role] = kind;
  }

  /** Makes room for pairs and for Roles: each Role that is named has its bits, so that a look at them never meets those of the next pair. */
  private makeRoom(pairs: number, roles: number): void {
    if (pairs <= this.pairRoom && roles <= this.stride << 5) return;
    const room = pairs <= this.pairRoom ? this.pairRoom : Math.max(pairs, this.registry.pairCount, 2 * this.pairRoom);
    const stride = roles <= this.stride << 5 ? this.stride : Math.ceil((roles * 1.5) / 32);
    const bits = new Uint32Array(room * stride);
    for (let pair = 0; pair < this.pairRoom; pair += 1) bits.set(this.bits.subarray(pair * this.stride, (pair + 1) * this.stride), pair * stride);
    if (room > this.pairRoom) {
      this.common = grown(this.common, new Uint8Array(room));
      this.denying = grown(this.denying, new Int32Array(room));
    }
    [this.bits, this.stride, this.pairRoom] = [bits, stride, room];
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
