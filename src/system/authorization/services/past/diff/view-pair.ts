import type { Binding } from '../../../fact-index/actors.js';
import { STRIDE } from '../../../fact-index/assignments.js';
import { ACTIVE } from '../../../fact-index/words.js';
import type { RoleEntry } from '../../../fact-index/role-rules.js';
import type { View } from './access-entries.js';
import { changedGroups, type ChangedGroup } from './group-coverage.js';

const NONE = -1;

/** Two views of one Space, with what lets Members be passed over of whose rights nothing has changed: nearly all of them. */
export class ViewPair {
  readonly changedGroups: readonly ChangedGroup[];
  /** Row of `from` → row of `to` of what gives the same; {@link NONE} where nothing does. */
  private readonly roles: Int32Array;
  private readonly anchors: Int32Array;

  constructor(readonly from: View, readonly to: View) {
    for (const { index } of [from, to]) index.settle();
    this.changedGroups = changedGroups(from, to);
    this.roles = Int32Array.from(from.index.roles.all(), (role) => this.sameRole(role));
    this.anchors = new Int32Array(from.index.groups.count).fill(NONE);
    for (const row of from.index.groups.all()) {
      const later = to.index.groups.row(from.index.groups.id(row));
      if (later !== undefined && from.index.groups.isActive(row) === to.index.groups.isActive(later)) this.anchors[row] = later;
    }
  }

  /** Row of a Member in each view. */
  rowsOf(memberId: string): { readonly from: number | undefined; readonly to: number | undefined } {
    return { from: this.from.index.actors.row(memberId), to: this.to.index.actors.row(memberId) };
  }

  /** True when a Member has the same entries in both views. It may say no where they are the same after all. */
  hasSameEntries({ from, to }: ReturnType<ViewPair['rowsOf']>): boolean {
    if (from === undefined || to === undefined) return from === to;
    const [one, other] = [this.from.index, this.to.index];
    if (one.status !== other.status || one.actors.isActive(from) !== other.actors.isActive(to)) return false;
    const [mine, theirs] = [one.assignments.ofMember, other.assignments.ofMember];
    let at = theirs.start(to);
    if (mine.end(from) - mine.start(from) !== theirs.end(to) - at) return false;
    for (let here = mine.start(from); here < mine.end(from); here += STRIDE, at += STRIDE) {
      if (!this.isSameAssignment(mine.pool[here + 2] as number, theirs.pool[at + 2] as number)) return false;
    }
    return true;
  }

  /** True when the same Users can act as a Member in both views. */
  hasSameBindings({ from, to }: ReturnType<ViewPair['rowsOf']>): boolean {
    const usable = ({ index, clock }: View, member: number | undefined): string[] =>
      (member === undefined ? [] : index.actors.bindingsOf(member)).filter((binding) => isUsable(index.actors, binding, clock)).map(({ id, userId }) => `${id} ${userId}`);
    const [before, after] = [usable(this.from, from), usable(this.to, to)];
    return before.length === after.length && before.every((binding, at) => binding === after[at]);
  }

  private isSameAssignment(row: number, later: number): boolean {
    const [{ assignments: mine }, { assignments: theirs }] = [this.from.index, this.to.index];
    const [anchor, anchorLater] = [mine.anchor(row), theirs.anchor(later)];
    if (this.roles[mine.role(row)] !== theirs.role(later) || (anchor < 0 ? anchor : this.anchors[anchor]) !== anchorLater) return false;
    if (mine.isInForce(row, this.from.clock) !== theirs.isInForce(later, this.to.clock)) return false;
    const [fact, factLater] = [mine.fact(row), theirs.fact(later)];
    return fact.id === factLater.id && fact.condition === factLater.condition;
  }

  private sameRole(role: RoleEntry): number {
    const later = this.to.index.roles.role(role.id);
    if (later === undefined || later.rules.length !== role.rules.length) return NONE;
    const rules = new Map(later.rules.map((rule) => [rule.rolePermissionId, rule.permission]));
    const isSame = role.rules.every(({ rolePermissionId, permission }) => {
      const other = rules.get(rolePermissionId);
      return other !== undefined && other.id === permission.id && other.scope === permission.scope && other.effect === permission.effect
        && other.condition === permission.condition && (other.pair.problem === undefined) === (permission.pair.problem === undefined);
    });
    return isSame ? later.row : NONE;
  }
}

/** Whether a User can act by a binding. */
export function isUsable(actors: View['index']['actors'], binding: Binding, clock: number): boolean {
  return binding.status === ACTIVE && (binding.expiresAt ?? Number.POSITIVE_INFINITY) > clock && actors.isUserActive(binding.row);
}
