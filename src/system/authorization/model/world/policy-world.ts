import { isDeepStrictEqual } from 'node:util';
import {
  conditionEvaluator, decide, type CheckedCandidate, type ConditionEvaluator, type Decision, type Facts, type Question, type ResourceFact,
} from '../../engine/index.js';
import { RegistryIndex } from '../../fact-index/registry-index.js';
import { SpaceIndex } from '../../fact-index/space-index.js';
import { FoundFacts } from '../../services/found-facts.js';
import { MODEL_IDS } from '../ids.js';
import type { Model } from '../model.js';
import { foundRows } from './found-rows.js';
import { indexRows } from './index-rows.js';
import { Names } from './names.js';
import { resourceFact } from './resource-fact.js';
import { spaceOf } from './space-of.js';

/** The index and the engine gave different answers: one of them is wrong, and no test tells anything until it is mended. */
export class EvaluatorsDiffer extends Error {
  override readonly name = 'EvaluatorsDiffer';
}

/** A decision with all that led to it. */
export interface Answer {
  readonly decision: Decision;
  readonly candidates: readonly CheckedCandidate[];
}

/** What is asked about: a Resource of the model, or one that comes with the question. */
export interface AskedTarget {
  readonly resource: ResourceFact | undefined;
  readonly isInline: boolean;
}

/** Told of each condition that was looked at: of which Permission or assignment, and what it gave. */
export type ConditionWitness = (ownerId: string, outcome: ReturnType<ConditionEvaluator>) => void;

/**
 * A model in memory, asked by the classes that the server asks: the index of a Space decides, and so does the engine over the facts as
 * a statement would give them. Only an answer on which both agree is one.
 */
export class PolicyWorld {
  readonly spaceId: string;
  readonly index: SpaceIndex;
  readonly names: Names;
  readonly resources: ReadonlyMap<string, ResourceFact>;
  private readonly found: FoundFacts;

  constructor(readonly model: Model) {
    this.spaceId = spaceOf(model).id;
    this.names = new Names(model);
    const rows = indexRows(model);
    const registry = new RegistryIndex();
    registry.apply(rows);
    this.index = new SpaceIndex(this.spaceId, registry);
    this.index.apply(rows);
    // Users belong to the instance: an index hears of those that are bound in its Space.
    for (const { key, status } of model.users.values()) this.index.actors.setUser(MODEL_IDS.user(key), status);
    this.found = new FoundFacts(foundRows(model));
    this.resources = new Map([...model.resources.values()].map((resource) => [resource.key, resourceFact(resource, this.spaceId)]));
  }

  /** @throws EvaluatorsDiffer */
  ask(question: Question, target: AskedTarget, now: number, witness?: ConditionWitness): Answer {
    const facts = this.factsOf(question, target);
    const evaluate = conditionEvaluator(question, facts, now);
    const witnessed: ConditionEvaluator = (owner) => {
      const outcome = evaluate(owner);
      witness?.(owner.id, outcome);
      return outcome;
    };
    const expected = answered((record) => decide(question, facts, now, record, witnessed));
    const indexed = answered((record) => this.index.decide(question, target, now, record));
    const plain = this.index.decide(question, target, now);
    const isUnknown = indexed === undefined && plain === undefined && expected?.decision.denyCode === 'ACTOR_NOT_FOUND';
    const isSame = isDeepStrictEqual(indexed, expected) && isDeepStrictEqual(plain && shown(plain), expected?.decision);
    if (!isSame && !isUnknown) throw new EvaluatorsDiffer(`the index and the engine differ: ${JSON.stringify({ question, now, indexed, plain, expected })}`);
    return expected as Answer;
  }

  /** Whether a question is allowed; for lists, which ask many. */
  allows(question: Question, target: AskedTarget, now: number): boolean {
    return decide(question, this.factsOf(question, target), now).decision === 'ALLOW';
  }

  private factsOf(question: Question, { resource, isInline }: AskedTarget): Facts {
    if (!isInline) return this.found.of({ question, mode: 'stored' });
    const targetGroup = resource?.groupId === undefined ? {} : { targetGroup: { spaceId: this.spaceId, id: resource.groupId } };
    return { ...this.found.of({ question, mode: 'proposed_target', ...targetGroup }), ...(resource === undefined ? {} : { resource }) };
  }
}

function answered(make: (record: (candidate: CheckedCandidate) => void) => Decision | undefined): Answer | undefined {
  const candidates: CheckedCandidate[] = [];
  const decision = make((candidate) => candidates.push(plainCandidate(candidate)));
  return decision && { decision: shown(decision), candidates };
}

// Those of an index make their words when they are asked for them.
function plainCandidate({ grant, scopeCheck, conditionCheck }: CheckedCandidate): CheckedCandidate {
  return { grant, scopeCheck, ...(conditionCheck === undefined ? {} : { conditionCheck }) };
}

function shown(decision: Decision): Decision {
  return decision.matched === undefined ? { ...decision } : { ...decision, matched: plainCandidate(decision.matched) };
}
