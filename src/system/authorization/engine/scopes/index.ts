import type { DenyCode } from '../deny-codes.js';
import type { GroupFact } from '../facts.js';
import { globalScope } from './global.js';
import { groupTreeScope } from './group-tree.js';
import { groupScope } from './group.js';
import { covered, uncovered, type Scope, type ScopeCheck, type ScopeTarget } from './scope.js';
import { selfScope } from './self.js';
import { spaceScope } from './space.js';

export type { Scope, ScopeCheck, ScopeTarget } from './scope.js';

const SCOPES = new Map<string, Scope>([selfScope, groupScope, groupTreeScope, spaceScope, globalScope].map((scope) => [scope.name, scope]));

/** Names of all scopes, as permissions hold them. */
export const SCOPE_NAMES: readonly string[] = [...SCOPES.keys()];

/** What a scope answers with a deny code, or with none where it covers; undefined when it never does. */
export function checkWith(name: string, denyCode: DenyCode | undefined): ScopeCheck | undefined {
  return SCOPES.get(name)?.checks.find((check) => check.denyCode === denyCode);
}

/** Asks the scope of a permission whether it covers the target; an unknown scope covers nothing. */
export function checkScope(name: string, target: ScopeTarget, anchor: GroupFact | undefined): ScopeCheck {
  return SCOPES.get(name)?.check(target, anchor) ?? uncovered('unknown scope', 'The scope of the permission is unknown.', 'SCOPE_OUT_OF_BOUNDS');
}

/**
 * Asks the scope of a permission that denies. What cannot be told counts as covered: an unknown scope, `global`, and one without the
 * anchor that it needs reach everywhere; a disabled anchor still reaches its tree.
 */
export function checkDenyScope(name: string, target: ScopeTarget, anchor: GroupFact | undefined): ScopeCheck {
  const scope = SCOPES.get(name);
  if (scope === undefined) return covered('unknown scope', 'The scope of the permission is unknown; it denies everywhere.');
  const check = scope.check(target, anchor && { ...anchor, status: 'active' });
  const isEverywhere = check.denyCode === 'GLOBAL_SCOPE_DISABLED' || check.denyCode === 'SCOPE_ANCHOR_MISSING';
  return isEverywhere ? covered(check.rule, 'Without bounds, the permission denies everywhere.') : check;
}
