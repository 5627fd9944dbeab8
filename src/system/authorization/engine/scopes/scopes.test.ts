import { APAC, FINANCE, FR_1_FACTS } from '../../testing/finance-facts.js';
import type { GroupFact } from '../facts.js';
import { checkScope, SCOPE_NAMES, type ScopeTarget } from './index.js';

const target: ScopeTarget = {
  memberId: 'member_finance_reviewer',
  spaceId: 'space_acme',
  resource: { ...FR_1_FACTS.resource!, ownerMemberId: 'member_finance_reviewer' },
  group: APAC,
};
const at = (path: string): ScopeTarget => ({ ...target, group: { ...APAC, id: `group_${path}`, path } });

test.each<[string, string, GroupFact | undefined, ScopeTarget, boolean, string | undefined]>([
  ['SC-1', 'self', FINANCE, target, true, undefined],
  ['SC-2', 'group', FINANCE, target, false, 'SCOPE_OUT_OF_BOUNDS'],
  ['SC-3', 'group_tree', FINANCE, target, true, undefined],
  ['SC-4', 'space', FINANCE, target, true, undefined],
  ['SC-5', 'global', FINANCE, target, false, 'GLOBAL_SCOPE_DISABLED'],
  ['SC-6', 'group_tree', undefined, target, false, 'SCOPE_ANCHOR_MISSING'],
  ['SC-7', 'group_tree', FINANCE, { ...target, group: undefined }, false, 'TARGET_GROUP_MISSING'],
  ['SC-8', 'group_tree', FINANCE, at('finance'), true, undefined],
  ['SC-9', 'group_tree', FINANCE, at('finance.apac'), true, undefined],
  ['SC-10', 'group_tree', FINANCE, at('finance-old'), false, 'SCOPE_OUT_OF_BOUNDS'],
  ['SC-11', 'group_tree', FINANCE, at('financeops'), false, 'SCOPE_OUT_OF_BOUNDS'],
  ['the anchor is looked at before the target group', 'group', undefined, { ...target, group: undefined }, false, 'SCOPE_ANCHOR_MISSING'],
  ['group covers the anchor itself', 'group', APAC, target, true, undefined],
  ['nobody owns what has no owner', 'self', FINANCE, { ...target, memberId: '', resource: { ...target.resource!, ownerMemberId: undefined } }, false, 'SCOPE_OUT_OF_BOUNDS'],
  ['an unknown scope', 'planet', FINANCE, target, false, 'SCOPE_OUT_OF_BOUNDS'],
])('%s: %s', (_, scope, anchor, scopeTarget, covered, denyCode) => {
  const check = checkScope(scope, scopeTarget, anchor);
  expect({ covered: check.covered, denyCode: check.denyCode }).toEqual({ covered, denyCode });
});

test('rules are the formulas of the contract', () => {
  expect(Object.fromEntries(SCOPE_NAMES.map((name) => [name, checkScope(name, target, FINANCE).rule]))).toEqual({
    self: 'resource.owner_member_id == actor.member_id',
    group: 'target_group_id = scope_anchor_group_id',
    group_tree: "target_path = anchor_path OR target_path LIKE anchor_path || '.%'",
    space: 'resource.space_id == actor.space_id',
    global: 'global scope is never covered',
  });
});
