import type { MemberFact, UserFact, UserMemberFact } from '../engine/index.js';
import { compareText } from './compare-text.js';
import { moment, text, type FactRow } from './fact-row.js';
import { grown } from './id-slab.js';
import { IdTable } from './id-table.js';
import { ACTIVE, MISSING, Words } from './words.js';

/** A binding of a User to a Member. The ids stand beside each other in memory: every decision compares them. */
class Binding {
  next: Binding | undefined;

  constructor(
    readonly id: string,
    readonly memberId: string,
    readonly userId: string,
    readonly member: number,
    readonly user: number,
    readonly status: number,
    readonly relation: number,
    readonly isPrimary: boolean,
    /** Milliseconds since the epoch. */
    readonly expiresAt: number | undefined,
  ) {}
}
export type { Binding };

/** Members of one Space, the bindings that let Users act as them, and the status of those Users. */
export class Actors {
  private readonly members = new IdTable();
  private readonly bindings = new Map<string, Binding>();
  private readonly users = new IdTable();
  private readonly words = new Words();
  private memberStatus = new Uint8Array(0);
  private userStatus = new Uint8Array(0);
  private readonly firstBinding: (Binding | undefined)[] = [];
  private readonly services = new Set<number>();
  private readonly unknown = new Set<string>();

  constructor(private readonly spaceId: string) {}

  /** Bytes held, roughly. */
  get size(): number {
    return (this.members.count + this.users.count) * 110 + this.bindings.size * 240;
  }

  /** Number of Members. */
  get count(): number {
    return this.members.count;
  }

  /** Row of a Member that is there. */
  row(memberId: string): number | undefined {
    const row = this.members.row(memberId);
    return row === undefined || this.memberStatus[row] === MISSING ? undefined : row;
  }

  id(row: number): string {
    return this.members.id(row);
  }

  isActive(row: number): boolean {
    return this.memberStatus[row] === ACTIVE;
  }

  isService(row: number): boolean {
    return this.services.has(row);
  }

  /** The binding by which a User acts as a Member; undefined when these three do not belong together. */
  binding(userMemberId: string, memberId: string, userId: string): Binding | undefined {
    const binding = this.bindings.get(userMemberId);
    return binding !== undefined && binding.memberId === memberId && binding.userId === userId ? binding : undefined;
  }

  isUserActive({ user }: Binding): boolean {
    return this.userStatus[user] === ACTIVE;
  }

  /** Users that are bound here and of whom nothing has been said yet: as long as there are any, the index does not know everything. */
  get unknownUsers(): ReadonlySet<string> {
    return this.unknown;
  }

  /** Bindings of a Member in the order of their ids. */
  bindingsOf(member: number): Binding[] {
    const found: Binding[] = [];
    for (let binding = this.firstBinding[member]; binding !== undefined; binding = binding.next) found.push(binding);
    return found.sort((left, right) => compareText(left.id, right.id));
  }

  /** Rows of Members in the order of their ids. */
  inOrder(): Int32Array {
    return this.members.inOrder();
  }

  memberFact(row: number): MemberFact {
    return { id: this.members.id(row), spaceId: this.spaceId, status: this.words.word(this.memberStatus[row] as number) };
  }

  userMemberFact({ id, userId, memberId, relation, status, isPrimary, expiresAt }: Binding): UserMemberFact {
    const fact = { id, userId, memberId, spaceId: this.spaceId, relationType: this.words.word(relation), status: this.words.word(status), isPrimary };
    return expiresAt === undefined ? fact : { ...fact, expiresAt };
  }

  userFact({ user, userId }: Binding): UserFact {
    return { id: userId, status: this.words.word(this.userStatus[user] as number) };
  }

  /** Row of a Member, which may not be known yet: its assignments can come before it. */
  named(memberId: string): number {
    const row = this.members.named(memberId);
    if (row >= this.memberStatus.length) {
      const before = this.memberStatus.length;
      this.memberStatus = grown(this.memberStatus, new Uint8Array(Math.max(64, Math.ceil(row * 1.5)))).fill(MISSING, before);
    }
    return row;
  }

  apply(row: FactRow): void {
    if (row.kind === 'user') {
      if (this.users.row(row.id) !== undefined) this.setUser(row.id, row.removed ? 'missing' : text(row, 'status'));
    } else if (row.kind === 'member') {
      this.setMember(row.id, row.removed ? 'missing' : text(row, 'status'), text(row, 'member_type') === 'service');
    } else {
      this.removeBinding(row.id);
      if (row.removed) return;
      this.addBinding({
        id: row.id, memberId: text(row, 'member_id'), userId: text(row, 'user_id'), status: text(row, 'status'), relationType: text(row, 'relation_type'),
        isPrimary: row.body.is_primary === true, expiresAt: moment(row, 'expires_at'),
      });
    }
  }

  setMember(id: string, status: string, isService: boolean): void {
    const row = this.named(id);
    this.memberStatus[row] = this.words.code(status);
    if (isService) this.services.add(row);
    else this.services.delete(row);
  }

  /** Adds a binding that is not there yet. */
  addBinding({ id, memberId, userId, status, relationType, isPrimary, expiresAt }: Omit<UserMemberFact, 'spaceId'>): void {
    const member = this.named(memberId);
    // One string for the id of the Member, wherever it came from.
    const binding = new Binding(id, this.members.id(member), userId, member, this.user(userId), this.words.code(status), this.words.code(relationType), isPrimary, expiresAt);
    binding.next = this.firstBinding[member];
    this.firstBinding[member] = binding;
    this.bindings.set(id, binding);
  }

  /** Says how a User stands that is bound in the Space. */
  setUser(id: string, status: string): void {
    this.userStatus[this.user(id)] = this.words.code(status);
    this.unknown.delete(id);
  }

  private removeBinding(id: string): void {
    const binding = this.bindings.get(id);
    if (binding === undefined) return;
    this.bindings.delete(id);
    let before = this.firstBinding[binding.member];
    if (before === binding) this.firstBinding[binding.member] = binding.next;
    else {
      while (before !== undefined && before.next !== binding) before = before.next;
      if (before !== undefined) before.next = binding.next;
    }
  }

  private user(id: string): number {
    const held = this.users.row(id);
    if (held !== undefined) return held;
    const row = this.users.named(id);
    this.unknown.add(id);
    if (row >= this.userStatus.length) {
      const before = this.userStatus.length;
      this.userStatus = grown(this.userStatus, new Uint8Array(Math.max(64, Math.ceil(row * 1.5)))).fill(MISSING, before);
    }
    return row;
  }
}
