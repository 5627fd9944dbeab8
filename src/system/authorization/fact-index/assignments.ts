import type { MemberRoleFact } from '../engine/index.js';
import type { Actors } from './actors.js';
import { compareText } from './compare-text.js';
import { isActive, moment, optionalText, text, type FactRow } from './fact-row.js';
import type { GroupTree } from './group-tree.js';
import { grown, IdSlab } from './id-slab.js';
import { IntLists } from './int-lists.js';
import type { RoleEntry, RoleRules } from './role-rules.js';

/** Integers of an assignment in the list of its Member: Role with flags, anchor Group, row. */
export const STRIDE = 3;
/** Where the row of the Role begins in the first integer. */
export const ROLE_SHIFT = 2;
/** Flag: it has a start or an end. */
export const IS_TIMED = 1;
/** Flag: it has a condition. */
export const IS_CONDITIONAL = 2;
/** Anchor of an assignment without one. */
export const NO_ANCHOR = -1;
/** Anchor that is named and does not exist. */
export const UNKNOWN_ANCHOR = -2;

const NEVER = Number.POSITIVE_INFINITY;
const ALWAYS = Number.NEGATIVE_INFINITY;

interface Special {
  readonly startsAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly condition?: string | undefined;
}

/** An active assignment as it is read. Moments are milliseconds since the epoch. */
export interface LoadedAssignment extends Partial<Special> {
  /** Where the bytes of its id are. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Rows of the Member and of the Role. */
  readonly member: number;
  readonly role: number;
  /** Row of the anchor Group, {@link NO_ANCHOR} or {@link UNKNOWN_ANCHOR}. */
  readonly anchor: number;
}

/** Takes many assignments at once. */
export interface AssignmentsLoad {
  add(row: LoadedAssignment): void;
  /** Puts all of them into their lists. Members, Groups and Roles are there before. */
  end(): void;
}

/**
 * Active assignments of Roles to Members. The list of a Member is in the order in which candidates are looked at: by the key of the
 * Role, then by the id of the assignment.
 */
export class Assignments {
  /** Per Member, {@link STRIDE} integers an assignment. */
  readonly ofMember = new IntLists();
  /** Rows per anchor Group, and per Role. */
  readonly ofAnchor = new IntLists();
  readonly ofRole = new IntLists();
  private readonly ids = new IdSlab();
  private members = new Int32Array(0);
  private roles = new Int32Array(0);
  private anchors = new Int32Array(0);
  private readonly special = new Map<number, Special>();
  private readonly free: number[] = [];
  private used = 0;

  constructor(
    private readonly spaceId: string,
    private readonly parts: { readonly actors: Actors; readonly groups: GroupTree; readonly roles: RoleRules },
  ) {}

  /** Bytes held. */
  get size(): number {
    return this.ids.size + 3 * this.members.byteLength + this.ofMember.size + this.ofAnchor.size + this.ofRole.size + this.special.size * 120;
  }

  get count(): number {
    return this.used - this.free.length;
  }

  id(row: number): string {
    return this.ids.get(row);
  }

  member(row: number): number {
    return this.members[row] as number;
  }

  role(row: number): number {
    return this.roles[row] as number;
  }

  anchor(row: number): number {
    return this.anchors[row] as number;
  }

  /** True from its start on until its end. */
  isInForce(row: number, now: number): boolean {
    const special = this.special.get(row);
    return special === undefined || ((special.startsAt ?? ALWAYS) <= now && (special.expiresAt ?? NEVER) > now);
  }

  fact(row: number, memberId = this.parts.actors.id(this.members[row] as number)): MemberRoleFact {
    const plain: MemberRoleFact = { id: this.id(row), memberId, spaceId: this.spaceId, status: 'active' };
    const special = this.special.get(row);
    if (special === undefined) return plain;
    const { startsAt, expiresAt, condition } = special;
    return {
      ...plain,
      ...(startsAt === undefined ? {} : { startsAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(condition === undefined ? {} : { condition }),
    };
  }

  /** Role of the assignment at a place in the list of its Member. */
  listedRole(at: number): number {
    return (this.ofMember.pool[at] as number) >> ROLE_SHIFT;
  }

  /** Its anchor. */
  listedAnchor(at: number): number {
    return this.ofMember.pool[at + 1] as number;
  }

  /** It in words. Most have neither times nor a condition, and the list says so. */
  listedFact(at: number, memberId: string): MemberRoleFact {
    const { pool } = this.ofMember;
    const row = pool[at + 2] as number;
    const isPlain = ((pool[at] as number) & (IS_TIMED | IS_CONDITIONAL)) === 0;
    return isPlain ? { id: this.id(row), memberId, spaceId: this.spaceId, status: 'active' } : this.fact(row, memberId);
  }

  /** Takes a row in; one that is not active leaves nothing behind. An assignment never goes from one Member to another. */
  apply(row: FactRow): void {
    const member = this.parts.actors.named(text(row, 'member_id'));
    const held = this.find(member, row.id);
    if (held !== undefined) this.drop(member, held);
    if (!isActive(row)) return;
    const at = this.free.pop() ?? this.used++;
    this.reserve(at);
    this.ids.set(at, row.id);
    const anchor = optionalText(row, 'scope_anchor_group_id');
    const anchorRow = anchor === undefined ? NO_ANCHOR : (this.parts.groups.row(anchor) ?? UNKNOWN_ANCHOR);
    this.fill(at, member, this.parts.roles.named(text(row, 'role_id')).row, anchorRow, {
      startsAt: moment(row, 'starts_at'), expiresAt: moment(row, 'expires_at'), condition: optionalText(row, 'condition'),
    });
    this.place(at);
  }

  /** Begins to take many assignments at once into an index that has none. */
  bulk(): AssignmentsLoad {
    return {
      add: (row) => {
        const at = this.used++;
        this.reserve(at);
        this.ids.setBytes(at, row.bytes, row.start, row.end);
        this.fill(at, row.member, row.role, row.anchor, row);
      },
      end: () => this.layOut(),
    };
  }

  /** Puts assignments of a Role into their new places: its key has changed. */
  replace(role: RoleEntry): void {
    const rows = [...this.ofRole.pool.subarray(this.ofRole.start(role.row), this.ofRole.end(role.row))];
    // All of them are out of place: none may be in a list while another looks for its own.
    for (const row of rows) this.unlist(this.members[row] as number, row);
    for (const row of rows) this.list(row);
  }

  private fill(at: number, member: number, role: number, anchor: number, { startsAt, expiresAt, condition }: Partial<Special>): void {
    this.members[at] = member;
    this.roles[at] = role;
    this.anchors[at] = anchor;
    if (startsAt === undefined && expiresAt === undefined && condition === undefined) this.special.delete(at);
    else this.special.set(at, { startsAt, expiresAt, condition });
  }

  /** Lays all lists out by counting. Roles in the order of their keys give each Member its list in the order of candidates. */
  private layOut(): void {
    const { used, members, roles, anchors } = this;
    const count = (values: Int32Array, width: number): Int32Array => {
      let most = -1;
      for (let row = 0; row < used; row += 1) most = Math.max(most, values[row] as number);
      const lengths = new Int32Array(most + 1);
      for (let row = 0; row < used; row += 1) if ((values[row] as number) >= 0) lengths[values[row] as number] = (lengths[values[row] as number] as number) + width;
      return lengths;
    };
    this.ids.trim(used);
    [this.members, this.roles, this.anchors] = [members.slice(0, used), roles.slice(0, used), anchors.slice(0, used)];
    this.ofMember.layOut(count(members, STRIDE));
    this.ofRole.layOut(count(roles, 1));
    this.ofAnchor.layOut(count(anchors, 1));
    for (let row = 0; row < used; row += 1) {
      this.ofRole.push(roles[row] as number, row);
      if ((anchors[row] as number) >= 0) this.ofAnchor.push(anchors[row] as number, row);
    }
    const byKey = [...this.parts.roles.all()].sort((left, right) => compareText(left.key, right.key) || left.row - right.row);
    for (const { row: role } of byKey) {
      const rows = this.ofRole.pool.subarray(this.ofRole.start(role), this.ofRole.end(role));
      for (const row of rows) this.ofMember.insert(members[row] as number, this.lengthInOrder(members[row] as number, row), this.packed(row));
    }
  }

  // Where a row goes in the list of its Member when all Roles before its own are there: by id among those of its own Role.
  private lengthInOrder(member: number, row: number): number {
    const start = this.ofMember.start(member);
    let at = this.ofMember.end(member);
    while (at > start && this.compare(this.ofMember.pool[at - 1] as number, row) > 0) at -= STRIDE;
    return at - start;
  }

  private place(row: number): void {
    this.list(row);
    this.ofRole.push(this.roles[row] as number, row);
    if ((this.anchors[row] as number) >= 0) this.ofAnchor.push(this.anchors[row] as number, row);
  }

  private list(row: number): void {
    const [lists, member] = [this.ofMember, this.members[row] as number];
    const start = lists.start(member);
    let [low, high] = [0, (lists.end(member) - start) / STRIDE];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(lists.pool[start + middle * STRIDE + 2] as number, row) < 0) low = middle + 1;
      else high = middle;
    }
    lists.insert(member, low * STRIDE, this.packed(row));
  }

  private packed(row: number): [number, number, number] {
    const special = this.special.get(row);
    const flags = special === undefined ? 0 : IS_TIMED | (special.condition === undefined ? 0 : IS_CONDITIONAL);
    return [((this.roles[row] as number) << ROLE_SHIFT) | flags, this.anchors[row] as number, row];
  }

  private compare(left: number, right: number): number {
    const [one, other] = [this.roles[left] as number, this.roles[right] as number];
    if (one !== other) {
      const byKey = compareText(this.parts.roles.at(one).key, this.parts.roles.at(other).key);
      return byKey === 0 ? one - other : byKey;
    }
    return this.ids.compare(left, right);
  }

  private find(member: number, id: string): number | undefined {
    const { pool } = this.ofMember;
    for (let at = this.ofMember.start(member) + 2; at < this.ofMember.end(member); at += STRIDE) {
      if (this.ids.get(pool[at] as number) === id) return pool[at];
    }
    return undefined;
  }

  private drop(member: number, row: number): void {
    this.unlist(member, row);
    this.ofRole.removeValue(this.roles[row] as number, row);
    if ((this.anchors[row] as number) >= 0) this.ofAnchor.removeValue(this.anchors[row] as number, row);
    this.special.delete(row);
    this.ids.delete(row);
    this.free.push(row);
  }

  private unlist(member: number, row: number): void {
    const start = this.ofMember.start(member);
    for (let at = start; at < this.ofMember.end(member); at += STRIDE) {
      if (this.ofMember.pool[at + 2] !== row) continue;
      this.ofMember.remove(member, at - start, STRIDE);
      return;
    }
  }

  private reserve(row: number): void {
    if (row < this.members.length) return;
    const rows = Math.max(64, Math.ceil(row * 1.5));
    this.members = grown(this.members, new Int32Array(rows));
    this.roles = grown(this.roles, new Int32Array(rows));
    this.anchors = grown(this.anchors, new Int32Array(rows));
  }
}
