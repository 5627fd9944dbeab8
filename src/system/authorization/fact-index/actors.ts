import type { MemberFact, QuestionActor, UserFact, UserMemberFact } from '../engine/index.js';
import { compareText } from './compare-text.js';
import { moment, text, type FactRow } from './fact-row.js';
import { IdIndex } from './id-index.js';
import { grown } from './id-slab.js';
import { ACTIVE, MISSING, Words } from './words.js';

// Integers of a binding, side by side so that one look at memory gives all of them.
const WIDTH = 4;
const MEMBER = 0;
const USER = 1;
const STATE = 2;
const NEXT = 3;

const IS_PRIMARY = 1;
const IS_TIMED = 2;
const STATUS_SHIFT = 2;
const STATUS_MASK = 0xff;
const RELATION_SHIFT = 10;

const NOBODY = -1;

/** A binding of a User to a Member as it is read out. */
export interface Binding {
  readonly row: number;
  readonly id: string;
  readonly userId: string;
  /** Code of its status. */
  readonly status: number;
  readonly relationType: string;
  readonly isPrimary: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

/** A binding as it is taken in. */
export type LoadedBinding = Omit<UserMemberFact, 'spaceId'>;

/**
 * Who acts, found once by the id of the binding. It holds a number: what it says is read when somebody asks, and it is nobody any more
 * when the binding has gone.
 */
export class IndexedActor implements QuestionActor {
  constructor(readonly actors: Actors, readonly row: number, readonly userMemberId: string) {}

  get userId(): string {
    return this.actors.userIdOf(this.row);
  }

  get memberId(): string {
    return this.actors.memberIdOf(this.row);
  }

  get spaceId(): string {
    return this.actors.spaceId;
  }
}

/** Members of one Space, the bindings that let Users act as them, and the status of those Users. */
export class Actors {
  private readonly members = new IdIndex();
  private readonly users = new IdIndex();
  private readonly bindings = new IdIndex();
  private readonly words = new Words();
  private memberStatus = new Uint8Array(0);
  private userStatus = new Uint8Array(0);
  /** Per Member 1 + the row of its first binding. */
  private firstBinding = new Int32Array(0);
  private records = new Int32Array(0);
  private readonly ends = new Map<number, number>();
  private readonly services = new Set<number>();
  private readonly unknown = new Set<string>();

  constructor(readonly spaceId: string) {}

  /** Bytes held. */
  get size(): number {
    const tables = this.members.size + this.users.size + this.bindings.size;
    return tables + this.memberStatus.byteLength + this.userStatus.byteLength + this.firstBinding.byteLength + this.records.byteLength + this.ends.size * 40;
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

  /** Who acts by a binding; undefined when there is none of this id. */
  actor(userMemberId: string): IndexedActor | undefined {
    const row = this.bindings.row(userMemberId);
    return row === undefined || this.memberOf(row) === NOBODY ? undefined : new IndexedActor(this, row, userMemberId);
  }

  /** Row of the binding by which an actor acts; negative when its ids do not belong together. */
  bindingRow(actor: QuestionActor): number {
    if (actor instanceof IndexedActor && actor.actors === this) return this.records[actor.row * WIDTH + MEMBER] === NOBODY ? NOBODY : actor.row;
    const row = this.bindings.row(actor.userMemberId);
    if (row === undefined || this.memberOf(row) === NOBODY || !this.members.is(this.memberOf(row), actor.memberId) || !this.users.is(this.userOf(row), actor.userId)) return NOBODY;
    return row;
  }

  /** Row of the Member of a binding. */
  memberOf(binding: number): number {
    return this.records[binding * WIDTH + MEMBER] as number;
  }

  userIdOf(binding: number): string {
    return this.users.id(this.userOf(binding));
  }

  memberIdOf(binding: number): string {
    return this.members.id(this.memberOf(binding));
  }

  isBindingActive(binding: number): boolean {
    return ((this.state(binding) >> STATUS_SHIFT) & STATUS_MASK) === ACTIVE;
  }

  /** True from the end of a binding on. */
  hasEnded(binding: number, now: number): boolean {
    return (this.state(binding) & IS_TIMED) !== 0 && (this.ends.get(binding) as number) <= now;
  }

  /** True when the User of a binding is active. */
  isUserActive(binding: number): boolean {
    return this.userStatus[this.userOf(binding)] === ACTIVE;
  }

  /** The binding by which an actor acts; undefined when its ids do not belong together. */
  binding(actor: QuestionActor): Binding | undefined {
    const row = this.bindingRow(actor);
    return row < 0 ? undefined : this.read(row);
  }

  /** Users that are bound here and of whom nothing has been said yet: as long as there are any, the index does not know everything. */
  get unknownUsers(): ReadonlySet<string> {
    return this.unknown;
  }

  /** Bindings of a Member in the order of their ids. */
  bindingsOf(member: number): Binding[] {
    const found: Binding[] = [];
    for (let row = (this.firstBinding[member] ?? 0) - 1; row >= 0; row = (this.records[row * WIDTH + NEXT] as number) - 1) found.push(this.read(row));
    return found.sort((left, right) => compareText(left.id, right.id));
  }

  /** Who can act as a Member, in the order of the ids of their bindings. */
  actorsOf(member: number): IndexedActor[] {
    return this.bindingsOf(member).map(({ row, id }) => new IndexedActor(this, row, id));
  }

  /** Rows of Members in the order of their ids, from one on whether it is there or not; backwards from it down. */
  inOrder(from: string | undefined, backward: boolean): Iterable<number> {
    return this.members.walk(from, backward);
  }

  memberFact(row: number): MemberFact {
    return { id: this.members.id(row), spaceId: this.spaceId, status: this.words.word(this.memberStatus[row] as number) };
  }

  userMemberFact(binding: number): UserMemberFact {
    const { id, userId, status, relationType, isPrimary, expiresAt } = this.read(binding);
    const fact = { id, userId, memberId: this.memberIdOf(binding), spaceId: this.spaceId, relationType, status: this.words.word(status), isPrimary };
    return expiresAt === undefined ? fact : { ...fact, expiresAt };
  }

  userFact(binding: number): UserFact {
    const user = this.userOf(binding);
    return { id: this.users.id(user), status: this.words.word(this.userStatus[user] as number) };
  }

  /** Row of a Member, which may not be known yet: its assignments can come before it. */
  named(memberId: string): number {
    return this.member(this.members.named(memberId));
  }

  /** The same for an id that stands in a buffer. */
  namedBytes(bytes: Uint8Array, start: number, end: number): number {
    return this.member(this.members.namedBytes(bytes, start, end));
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
  addBinding({ id, memberId, userId, status, relationType, isPrimary, expiresAt }: LoadedBinding): void {
    const row = this.bindings.named(id);
    const member = this.named(memberId);
    if ((row + 1) * WIDTH > this.records.length) this.records = grown(this.records, new Int32Array(Math.max(64, Math.ceil((row + 1) * 1.5)) * WIDTH));
    this.records.set([
      member,
      this.user(userId),
      (this.words.code(relationType) << RELATION_SHIFT) | (this.words.code(status) << STATUS_SHIFT) | (isPrimary ? IS_PRIMARY : 0) | (expiresAt === undefined ? 0 : IS_TIMED),
      this.firstBinding[member] as number,
    ], row * WIDTH);
    if (expiresAt !== undefined) this.ends.set(row, expiresAt);
    this.firstBinding[member] = row + 1;
  }

  /** Says how a User stands that is bound in the Space. */
  setUser(id: string, status: string): void {
    this.userStatus[this.user(id)] = this.words.code(status);
    this.unknown.delete(id);
  }

  /** Gives back what growing has left over, and makes ready for lists. */
  trim(): void {
    this.members.inOrder();
    for (const table of [this.members, this.users, this.bindings]) table.trim();
    this.records = this.records.slice(0, this.bindings.count * WIDTH);
  }

  private removeBinding(id: string): void {
    const row = this.bindings.row(id);
    if (row === undefined || this.memberOf(row) === NOBODY) return;
    const { records, firstBinding } = this;
    const member = this.memberOf(row);
    const next = records[row * WIDTH + NEXT] as number;
    if (firstBinding[member] === row + 1) firstBinding[member] = next;
    else {
      let before = (firstBinding[member] as number) - 1;
      while (records[before * WIDTH + NEXT] !== row + 1) before = (records[before * WIDTH + NEXT] as number) - 1;
      records[before * WIDTH + NEXT] = next;
    }
    records[row * WIDTH + MEMBER] = NOBODY;
    this.ends.delete(row);
  }

  private read(row: number): Binding {
    const state = this.state(row);
    return {
      row, id: this.bindings.id(row), userId: this.userIdOf(row), status: (state >> STATUS_SHIFT) & STATUS_MASK,
      relationType: this.words.word(state >> RELATION_SHIFT), isPrimary: (state & IS_PRIMARY) !== 0, expiresAt: this.ends.get(row),
    };
  }

  private userOf(binding: number): number {
    return this.records[binding * WIDTH + USER] as number;
  }

  private state(binding: number): number {
    return this.records[binding * WIDTH + STATE] as number;
  }

  private member(row: number): number {
    if (row < this.memberStatus.length) return row;
    const [before, room] = [this.memberStatus.length, Math.max(64, Math.ceil((row + 1) * 1.5))];
    this.memberStatus = grown(this.memberStatus, new Uint8Array(room)).fill(MISSING, before);
    this.firstBinding = grown(this.firstBinding, new Int32Array(room));
    return row;
  }

  private user(id: string): number {
    const held = this.users.row(id);
    if (held !== undefined) return held;
    const row = this.users.named(id);
    this.unknown.add(id);
    if (row >= this.userStatus.length) {
      const before = this.userStatus.length;
      this.userStatus = grown(this.userStatus, new Uint8Array(Math.max(64, Math.ceil((row + 1) * 1.5)))).fill(MISSING, before);
    }
    return row;
  }
}
