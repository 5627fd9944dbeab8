import type { CostMeter } from '../../../../kernel/expressions/index.js';
import type { ConditionEvaluator, Decision, GrantFact, Question } from '../../engine/index.js';
import type { IndexedTarget } from '../../fact-index/space-index.js';
import { entriesOf, type AccessEntry, type View } from '../past/diff/access-entries.js';
import { newViolations, violationsOn, type SeparationRuleFacts, type ViolationFacts } from '../what-if/separation-on-index.js';
import type { GrantCandidate } from './grant-candidates.js';
import type { MemberWorld } from './member-world.js';

/** A right that a Member would newly have. */
export interface SuggestedRight {
  readonly resourceType: string;
  readonly action: string;
  readonly scope: string;
  readonly anchorGroupId?: string;
}

/** A grant that flips the denial, and what comes with it. */
export interface TriedGrant {
  readonly candidate: GrantCandidate;
  /** Rights of the Member that were not there before: the asked one among them. */
  readonly gained: readonly SuggestedRight[];
  /** The entry by which it would be allowed. */
  readonly allowedBy: { readonly scope: string; readonly anchorGroupId?: string };
  /** Highest risk of the gained actions. */
  readonly risk: string;
  /** Active rules of separation that would newly be exceeded. */
  readonly breaks: readonly string[];
}

/** What grants are tried on. */
export interface TrialParts {
  readonly world: MemberWorld;
  readonly question: Question;
  readonly target: IndexedTarget;
  readonly now: number;
  readonly evaluate: ConditionEvaluator;
  /** Of all conditions that {@link evaluate} evaluates. */
  readonly meter: CostMeter;
  readonly rules: readonly SeparationRuleFacts[];
}

/** Risk levels from the lowest. */
export const RISKS: readonly string[] = ['low', 'normal', 'high', 'critical'];

/** Tries grants one by one, each on the world as it is. */
export class Trial {
  private readonly view: View;
  private readonly member: number | undefined;
  private readonly rights: ReadonlySet<string>;
  private readonly exceeded: readonly ViolationFacts[];

  constructor(readonly parts: TrialParts) {
    const { world: { index }, question, now, rules } = parts;
    this.view = { index, clock: now };
    this.member = index.actors.row(question.actor.memberId);
    this.rights = new Set(entriesOf(this.view, this.member, {}).map(rightKey));
    this.exceeded = violationsOn(this.view, rules);
  }

  /** What the question gets as things stand; undefined when its actor is none of the Space. */
  decide(): Decision | undefined {
    const { world: { index }, question, target, now, evaluate } = this.parts;
    return index.decide(question, target, now, undefined, evaluate);
  }

  /** Makes a grant in the world, decides by it, and takes it back. Undefined when it does not flip the denial. */
  try(candidate: GrantCandidate): TriedGrant | undefined {
    const { index } = this.parts.world;
    index.apply([candidate.row]);
    index.settle();
    try {
      const decision = this.decide();
      return decision?.decision === 'ALLOW' && decision.matched !== undefined ? this.tried(candidate, decision.matched.grant) : undefined;
    } finally {
      index.apply([candidate.before]);
      index.settle();
    }
  }

  private tried(candidate: GrantCandidate, { permission, anchor }: GrantFact): TriedGrant {
    const { world: { index }, rules } = this.parts;
    const entries = entriesOf(this.view, this.member, {}).filter((entry) => entry.effect === 'allow' && !this.rights.has(rightKey(entry)));
    const gained = [...new Map(entries.map((entry) => [rightKey(entry), rightOf(entry)])).values()];
    const level = (right: SuggestedRight): number => RISKS.indexOf(index.registry.type(right.resourceType)?.actions.get(right.action)?.fact?.riskLevel ?? 'normal');
    return {
      candidate,
      gained,
      allowedBy: { scope: permission.scope, ...(anchor === undefined ? {} : { anchorGroupId: anchor.id }) },
      risk: RISKS[Math.max(0, ...gained.map(level))] as string,
      breaks: newViolations(this.exceeded, violationsOn(this.view, rules)).map(({ ruleId }) => ruleId),
    };
  }
}

function rightOf({ resourceType, action, scope, anchorGroupId }: AccessEntry): SuggestedRight {
  const isAnchored = scope === 'group' || scope === 'group_tree';
  return { resourceType, action, scope, ...(isAnchored && anchorGroupId !== undefined ? { anchorGroupId } : {}) };
}

function rightKey(entry: AccessEntry): string {
  const { resourceType, action, scope, anchorGroupId } = rightOf(entry);
  return JSON.stringify([entry.effect, resourceType, action, scope, anchorGroupId ?? null]);
}
