import { checkWith, type ScopeCheck } from '../engine/index.js';
import { NO_ANCHOR } from './assignments.js';
import type { GroupTree } from './group-tree.js';
import { SCOPE_CODES } from './registry-index.js';

/** What a scope says, as a number; the texts are those of the engine's scopes. */
export const COVERED = 0;
const OUT_OF_BOUNDS = 1;
const ANCHOR_MISSING = 2;
const ANCHOR_INACTIVE = 3;
const GROUP_MISSING = 4;
const GLOBAL_DISABLED = 5;

/** Deny codes by these numbers. */
export const COVERAGE_CODES = [undefined, 'SCOPE_OUT_OF_BOUNDS', 'SCOPE_ANCHOR_MISSING', 'SCOPE_ANCHOR_INACTIVE', 'TARGET_GROUP_MISSING', 'GLOBAL_SCOPE_DISABLED'] as const;

/** Per code of a scope, what the engine's scope says with each of these numbers. */
const CHECKS: readonly (readonly (ScopeCheck | undefined)[])[] = Object.keys(SCOPE_CODES).map((name) => COVERAGE_CODES.map((denyCode) => checkWith(name, denyCode)));

/** What a scope says, in words. */
export function scopeCheckOf(scope: number, code: number): ScopeCheck {
  return CHECKS[scope]?.[code] as ScopeCheck;
}

/** Whether a scope covers a target that lies in the Space of the actor. `group` is the row of its Group, negative for none. */
export function coverage(scope: number, groups: GroupTree, anchor: number, group: number, isOwner: boolean): number {
  if (scope === SCOPE_CODES.group_tree || scope === SCOPE_CODES.group) {
    if (anchor <= NO_ANCHOR) return ANCHOR_MISSING;
    if (!groups.isActive(anchor)) return ANCHOR_INACTIVE;
    if (group < 0) return GROUP_MISSING;
    return (scope === SCOPE_CODES.group ? anchor === group : groups.isWithin(anchor, group)) ? COVERED : OUT_OF_BOUNDS;
  }
  if (scope === SCOPE_CODES.space) return COVERED;
  if (scope === SCOPE_CODES.self) return isOwner ? COVERED : OUT_OF_BOUNDS;
  return scope === SCOPE_CODES.global ? GLOBAL_DISABLED : OUT_OF_BOUNDS;
}
