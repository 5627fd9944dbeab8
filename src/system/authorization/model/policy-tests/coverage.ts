import type { Decision, Question } from '../../engine/index.js';
import { inByteOrder } from '../compare-bytes.js';
import { MODEL_IDS } from '../ids.js';
import type { Model, PermissionEntry } from '../model.js';
import { showPlace, type Place } from '../yaml/place.js';
import { spaceOf } from '../world/space-of.js';

/** What a decision of a test can show about a rule. */
export type Shown = 'allows' | 'denies' | 'does_not_deny' | 'condition_true' | 'condition_not_true' | 'is_used';

/** One thing that tests can show, and whether one did. */
export interface CoveragePoint {
  readonly kind: 'permission' | 'role';
  readonly key: string;
  readonly at: Place;
  readonly what: Shown;
  readonly isShown: boolean;
}

/** Told of what is decided for a test. */
export interface DecisionWitness {
  decision(question: Question, decision: Decision): void;
  condition(ownerId: string, isTrue: boolean): void;
}

/**
 * What the decisions of tests have shown about the rules that count. A Permission that allows is shown by a decision that it allowed;
 * one that denies by a decision that it denied, and by an action that it would deny and that was allowed; a condition by being true
 * and by not being; a Role by lying on the way of a match. Rules are told apart by where they stand: files that share a model add up.
 */
export class Coverage {
  private readonly points = new Map<string, CoveragePoint>();

  /** A witness for the tests over one model. */
  of(model: Model): DecisionWitness {
    const { id: spaceId } = spaceOf(model);
    const permissions = new Map<string, PermissionEntry>();
    for (const permission of model.permissions.values()) {
      if (permission.status !== 'active') continue;
      permissions.set(MODEL_IDS.permission(permission.key), permission);
      for (const what of wantedOf(permission)) this.note('permission', permission, what, false);
    }
    const roles = new Map([...model.roles.values()].filter(({ status }) => status === 'active').map((role) => [MODEL_IDS.role(spaceId, role.key), role]));
    for (const role of roles.values()) this.note('role', role, 'is_used', false);
    return {
      decision: ({ resourceType, action }, { decision, matched, denyCode }) => {
        if (decision === 'ALLOW') {
          for (const permission of permissions.values()) {
            if (permission.effect === 'deny' && permission.type === resourceType && permission.action === action) this.note('permission', permission, 'does_not_deny', true);
          }
        }
        if (matched === undefined || (decision === 'DENY' && denyCode !== 'EXPLICIT_DENY')) return;
        const permission = permissions.get(matched.grant.permission.id);
        if (permission !== undefined) this.note('permission', permission, decision === 'ALLOW' ? 'allows' : 'denies', true);
        for (const { id } of [matched.grant.role, ...matched.grant.inherited]) {
          const role = roles.get(id);
          if (role !== undefined) this.note('role', role, 'is_used', true);
        }
      },
      condition: (ownerId, isTrue) => {
        const permission = permissions.get(ownerId);
        if (permission !== undefined) this.note('permission', permission, isTrue ? 'condition_true' : 'condition_not_true', true);
      },
    };
  }

  /** All points, in the order of places. */
  all(): CoveragePoint[] {
    return inByteOrder(this.points.values(), ({ at, kind, key, what }) => JSON.stringify([at.file, at.line.toString().padStart(9, '0'), at.column.toString().padStart(9, '0'), kind, key, what]));
  }

  /** Share of what was shown, in percent; all of nothing is everything. */
  percent(): number {
    const points = [...this.points.values()];
    return points.length === 0 ? 100 : (100 * points.filter(({ isShown }) => isShown).length) / points.length;
  }

  private note(kind: CoveragePoint['kind'], { key, at }: { readonly key: string; readonly at: Place }, what: Shown, isShown: boolean): void {
    const id = JSON.stringify([showPlace(at), kind, key, what]);
    const held = this.points.get(id);
    if (held === undefined || (isShown && !held.isShown)) this.points.set(id, { kind, key, at, what, isShown });
  }
}

function wantedOf({ effect, condition }: PermissionEntry): Shown[] {
  const decided: Shown[] = effect === 'allow' ? ['allows'] : ['denies', 'does_not_deny'];
  return condition === undefined ? decided : [...decided, 'condition_true', 'condition_not_true'];
}
