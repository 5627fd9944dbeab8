import type { CheckedCandidate, GrantFact, ScopeCheck } from '../engine/index.js';
import type { PairEntry } from './registry-index.js';
import type { Rule } from './role-rules.js';
import type { SpaceIndex } from './space-index.js';

/**
 * A candidate as numbers, which becomes words when somebody reads it: most decisions are made without anybody asking by which
 * assignment. Read it before the next change of the index. Its Role has one rule for the pair, without a condition.
 */
export class IndexedCandidate implements CheckedCandidate {
  private made: GrantFact | undefined;

  constructor(
    private readonly index: SpaceIndex,
    private readonly pair: PairEntry,
    private readonly actor: { readonly memberId: string },
    /** Where the assignment stands in the list of its Member. */
    private readonly at: number,
    readonly scopeCheck: ScopeCheck,
  ) {}

  get grant(): GrantFact {
    if (this.made === undefined) {
      const { index, at } = this;
      const { pairs, rules } = index.roles.at(index.assignments.listedRole(at));
      this.made = index.grant(at, rules[pairs.indexOf(this.pair.number)] as Rule, this.actor.memberId);
    }
    return this.made;
  }
}
