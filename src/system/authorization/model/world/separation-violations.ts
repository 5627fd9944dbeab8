import { compareBytes } from '../compare-bytes.js';
import type { Model, SeparationEntry } from '../model.js';

/** A Member that exceeds a rule of separation, and what of it the Member holds. */
export interface Violation {
  readonly rule: SeparationEntry;
  readonly member: string;
  readonly holds: readonly string[];
}

/**
 * Who holds more than the rules allow. As in the database: a Member holds what an assignment gives that has not ended, also one that
 * starts later, by its Role and the Roles which that inherits, as far as all of them are active; Permissions that deny give nothing.
 */
export function separationViolations(model: Model, now: number): Violation[] {
  const givenBy = new Map([...model.roles.keys()].map((role) => [role, rolesOf(model, role)]));
  const held = new Map<string, Set<string>>();
  for (const { member, role, expiresAt } of model.assignments) {
    if (model.members.get(member.name)?.status !== 'active' || (expiresAt !== undefined && expiresAt <= now)) continue;
    const roles = held.get(member.name) ?? new Set<string>();
    for (const given of givenBy.get(role.name) ?? []) roles.add(given);
    held.set(member.name, roles);
  }
  const violations: Violation[] = [];
  for (const rule of model.separation) {
    if (rule.status !== 'active') continue;
    for (const [member, roles] of held) {
      const holds = heldOf(model, rule, roles);
      if (holds.length > rule.atMost) violations.push({ rule, member, holds });
    }
  }
  return violations.sort((one, other) => compareBytes(one.rule.name, other.rule.name) || compareBytes(one.member, other.member));
}

function heldOf({ roles, permissions }: Model, rule: SeparationEntry, held: ReadonlySet<string>): string[] {
  if (rule.roles.length > 0) return rule.roles.map(({ name }) => name).filter((name) => held.has(name)).sort(compareBytes);
  const given = new Set([...held].flatMap((role) => (roles.get(role)?.permissions ?? []).map(({ name }) => name)));
  return rule.permissions.map(({ name }) => name).filter((name) => {
    const permission = permissions.get(name);
    return given.has(name) && permission?.status === 'active' && permission.effect === 'allow';
  }).sort(compareBytes);
}

/** The Role and all that it inherits over active Roles. */
function rolesOf({ roles }: Model, start: string): string[] {
  const met = new Set<string>();
  const next = [start];
  for (const role of next) {
    if (met.has(role) || roles.get(role)?.status !== 'active') continue;
    met.add(role);
    next.push(...(roles.get(role)?.inherits ?? []).map(({ name }) => name));
  }
  return [...met];
}
