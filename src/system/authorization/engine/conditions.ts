import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { Bindings, compileExpression, ExpressionError, type CostMeter, type Declarations, type Evaluation } from '../../../kernel/expressions/index.js';
import type { Facts } from './facts.js';
import type { Question } from './question.js';

/** What the conditions of permissions and assignments may read. */
export const CONDITION_DECLARATIONS: Declarations = {
  actor: { userId: 'string', memberId: 'string', userMemberId: 'string', spaceId: 'string', isMachine: 'bool', properties: 'json' },
  resource: {
    id: 'string', type: 'string', spaceId: 'string', externalId: 'string', groupId: 'string', groupPath: 'string', ownerMemberId: 'string',
    visibility: 'string', status: 'string', metadata: 'json', properties: 'json',
  },
  action: { key: 'string', properties: 'json' },
  request: { time: 'timestamp', context: 'json' },
};

/** What is wrong with the source of a condition, as a sentence with its place; undefined when it compiles. */
export function conditionFault(source: string): string | undefined {
  try {
    compileExpression(source, CONDITION_DECLARATIONS);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

/**
 * Checks a condition before it is stored or used. It is decided by the evaluator that {@link conditionEvaluator} gives.
 *
 * @param path - where the condition stands in the input
 * @throws PolityError `VALIDATION_FAILED` at the path, with the reason, for a condition that does not compile
 */
export function assertCondition(source: string, path: InputPath): void {
  const fault = conditionFault(source);
  if (fault !== undefined) throw invalid(path, fault);
}

/** A permission or an assignment with a condition. */
export interface ConditionOwner {
  readonly id: string;
  readonly condition: string;
}

/**
 * Says whether the condition of an owner is true for one question; an error for a condition that gives no answer, undefined for one of
 * a past decision that was not looked at. Never throws.
 */
export type ConditionEvaluator = (owner: ConditionOwner) => Evaluation | undefined;

/**
 * Evaluates conditions over a question and its facts, each at most once.
 *
 * @param meter - bounds many evaluations together: when it is exhausted, conditions give no answer, and what they decided must not be used
 */
export function conditionEvaluator(question: Question, facts: Facts, now: number, meter?: CostMeter): ConditionEvaluator {
  let bindings: Bindings | undefined;
  const known = new Map<string, Evaluation>();
  return ({ condition }) => {
    const held = known.get(condition);
    if (held !== undefined) return held;
    bindings ??= bindingsOf(question, facts, now, meter);
    const outcome = evaluate(condition, bindings);
    known.set(condition, outcome);
    return outcome;
  };
}

function evaluate(source: string, bindings: Bindings): Evaluation {
  if (bindings.meter?.isExhausted === true) return { error: 'cost' };
  try {
    return compileExpression(source, CONDITION_DECLARATIONS, bindings.meter).evaluate(bindings);
  } catch {
    return { error: 'invalid_expression' };
  }
}

function bindingsOf({ actor, resourceType, resourceId, action, input }: Question, { resource, group }: Facts, now: number, meter: CostMeter | undefined): Bindings {
  return new Bindings({
    actor: {
      userId: actor.isMachine === true ? undefined : actor.userId,
      memberId: actor.memberId,
      userMemberId: actor.isMachine === true ? undefined : actor.userMemberId,
      spaceId: actor.spaceId,
      isMachine: actor.isMachine === true,
      properties: input?.actor ?? {},
    },
    resource: {
      id: resourceId,
      type: resourceType,
      spaceId: resource?.spaceId,
      externalId: resource?.externalId,
      groupId: resource?.groupId,
      groupPath: group?.path,
      ownerMemberId: resource?.ownerMemberId,
      visibility: resource?.visibility,
      status: resource?.status,
      metadata: resource?.metadata ?? {},
      properties: input?.resource ?? {},
    },
    action: { key: action, properties: input?.action ?? {} },
    request: { time: now, context: input?.context ?? {} },
  }, meter);
}
