import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { assertCondition, SCOPE_NAMES, type GrantFact, type PermissionFact, type Question, type QuestionActor } from '../engine/index.js';
import type { GrantInput } from './check-input.js';
import { defined, inlineGroup } from './inline-facts.js';
import { checkedGroupPath, checkedId, checkedKey, required } from './input-checks.js';

const MOST_GRANTS = 200;
/** Characters of all conditions of a request together: each costs to compile, and the audit log keeps them. */
const MOST_CONDITION_CHARACTERS = 16_384;

/** Grants of an inline request; those for another type or action are dropped after all have been checked. */
export function inlineGrants(question: Question, inputs: readonly GrantInput[], path: InputPath): GrantFact[] {
  if (inputs.length > MOST_GRANTS) throw invalid(path, `A request has at most ${MOST_GRANTS} grants.`);
  if (inputs.reduce((sum, { condition }) => sum + (condition?.length ?? 0), 0) > MOST_CONDITION_CHARACTERS) {
    throw invalid(path, `The conditions of a request have at most ${MOST_CONDITION_CHARACTERS} characters.`);
  }
  const grants = inputs.map((input, index) => inlineGrant(question.actor, input, index, [...path, index]));
  assertOneRuleEach(grants, path);
  return grants.filter(({ permission }) => permission.resourceType === question.resourceType && permission.action === question.action);
}

function inlineGrant(actor: QuestionActor, input: GrantInput, index: number, path: InputPath): GrantFact {
  const spaceId = checkedId(input.spaceId, [...path, 'spaceId']) ?? actor.spaceId;
  const roleKey = checkedKey(input.roleKey ?? 'inline', [...path, 'roleKey']);
  const anchor = inlineGroup(
    spaceId,
    checkedId(input.scopeAnchorGroupId, [...path, 'scopeAnchorGroupId']),
    checkedGroupPath(input.scopeAnchorGroupPath, [...path, 'scopeAnchorGroupPath']),
  );
  const status = 'active';
  return {
    memberRole: { id: `mr_inline_${index}`, memberId: actor.memberId, spaceId, status },
    role: { id: checkedId(input.roleId, [...path, 'roleId']) ?? `role_inline_${roleKey}`, key: roleKey, spaceId, status },
    inherited: [],
    rolePermission: { id: `rp_inline_${index}`, status },
    permission: inlinePermission(input, index, path),
    ...defined({ anchor }),
  };
}

function inlinePermission(input: GrantInput, index: number, path: InputPath): PermissionFact {
  const scope = required(input.scope, [...path, 'scope']);
  if (!SCOPE_NAMES.includes(scope)) throw invalid([...path, 'scope'], 'This scope is unknown.');
  const effect = input.effect ?? 'allow';
  if (effect !== 'allow' && effect !== 'deny') throw invalid([...path, 'effect'], 'The effect is allow or deny.');
  const condition = input.condition ?? undefined;
  if (condition !== undefined) assertCondition(condition, [...path, 'condition']);
  const resourceType = checkedKey(input.resourceType, [...path, 'resourceType']);
  const action = checkedKey(input.action, [...path, 'action']);
  const made = ['perm_inline', resourceType, action, scope, ...(effect === 'deny' ? [effect] : []), ...(condition === undefined ? [] : [index])].join('_');
  const id = checkedId(input.permissionId, [...path, 'permissionId']) ?? made;
  return { id, resourceType, action, scope, effect, ...defined({ condition }), status: 'active' };
}

// The log keeps the outcome of a condition by the id of its Permission.
function assertOneRuleEach(grants: readonly GrantFact[], path: InputPath): void {
  const rules = new Map<string, string>();
  for (const [index, { permission: { id, effect, condition } }] of grants.entries()) {
    const rule = JSON.stringify([effect, condition]);
    if ((rules.get(id) ?? rule) !== rule) throw invalid([...path, index, 'permissionId'], 'Another grant has this Permission with another effect or condition.');
    rules.set(id, rule);
  }
}
