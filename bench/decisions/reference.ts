import { parentOf, type Workload } from './workload.js';

/** Decides a question whose parts are strings: user, resource type, action, scope. */
export type Reference = (user: string, type: string, action: string, scope: string) => boolean;

/**
 * The floor that engines are measured against: strings are looked up once each and all the rest is integer arrays. It knows no statuses,
 * no expiry, no tenants, no deny codes, and says yes or no.
 */
export function interned({ users, roles, scopes, held, assignedRole, assignedScope }: Workload): Reference {
  const numbered = (prefix: string, count: number): Map<string, number> => new Map(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, n]));
  const [userOf, typeOf, actionOf, scopeOf] = [numbered('u', users), numbered('type', 50), numbered('act', 8), numbered('s', scopes)];
  const words = Math.ceil(400 / 32);
  const bits = new Uint32Array(roles * words);
  for (const [role, permissions] of held.entries()) {
    for (const p of permissions) bits[role * words + (p >> 5)] = (bits[role * words + (p >> 5)] as number) | (1 << (p & 31));
  }
  const parents = Int32Array.from({ length: scopes }, (_, scope) => parentOf(scope));
  return (user, type, action, scope) => {
    const [u, t, a, s] = [userOf.get(user), typeOf.get(type), actionOf.get(action), scopeOf.get(scope)];
    if (u === undefined || t === undefined || a === undefined || s === undefined) return false;
    const p = t * 8 + a;
    for (let k = u * 8; k < u * 8 + 8; k += 1) {
      if (((bits[(assignedRole[k] as number) * words + (p >> 5)] as number) & (1 << (p & 31))) === 0) continue;
      const anchor = assignedScope[k] as number;
      for (let at = s; at >= anchor; at = parents[at] as number) if (at === anchor) return true;
    }
    return false;
  };
}
