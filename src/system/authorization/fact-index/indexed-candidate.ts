import { checkScope, type CheckedCandidate, type GrantFact, type ScopeCheck } from '../engine/index.js';
import type { PairEntry } from './registry-index.js';
import type { Rule } from './role-rules.js';
import type { IndexedTarget, SpaceIndex } from './space-index.js';

/**
 * A candidate as numbers, which becomes words when somebody reads it: most decisions are made without anybody asking by which
 * assignment. Read it before the next change of the index. Its Role has one rule for the pair, without a condition.
 */
export class IndexedCandidate implements CheckedCandidate {
  private made: GrantFact | undefined;

  constructor(
    private readonly index: SpaceIndex,
    private readonly pair: PairEntry,
    private readonly target: IndexedTarget,
    /** Row of the assignment. */
    private readonly row: number,
  ) {}

  get grant(): GrantFact {
    if (this.made === undefined) {
      const { index, row } = this;
      const { pairs, rules } = index.roles.at(index.assignments.role(row));
      this.made = index.grant(row, rules[pairs.indexOf(this.pair.number)] as Rule);
    }
    return this.made;
  }

  get scopeCheck(): ScopeCheck {
    const { index, target: { resource }, grant } = this;
    const isHere = resource?.groupId !== undefined && resource.spaceId === index.spaceId;
    const group = isHere ? index.groups.row(resource.groupId as string) : undefined;
    const target = { memberId: grant.memberRole.memberId, spaceId: index.spaceId, resource, group: group === undefined ? undefined : index.groups.fact(group) };
    return checkScope(grant.permission.scope, target, grant.anchor);
  }
}
