import type { BlastRadius } from './blast-radius.js';
import { RISKS, type TriedGrant } from './tried-grant.js';

/** A grant with all that it is ranked by. */
export interface RankedGrant extends TriedGrant, BlastRadius {
  /** Rights that would be given, each weighed by how far it reaches, times the Members who would get them. */
  readonly weight: number;
}

const BREADTH: Readonly<Record<string, number>> = { self: 1, group: 2, group_tree: 4, space: 8 };
const MANY = 10_001;
const KINDS = ['start_assignment', 'extend_assignment', 'assign_role', 'give_permission'];

/** Weighs a grant: how much it gives, to how many. */
export function ranked(grant: TriedGrant, radius: BlastRadius): RankedGrant {
  const breadth = grant.gained.reduce((sum, { scope }) => sum + (BREADTH[scope] ?? 8), 0);
  return { ...grant, ...radius, weight: breadth * (1 + (radius.otherMembers ?? MANY)) };
}

/**
 * The least grant first: what breaks no rule of separation, then what gives the least to the fewest, at the lowest risk, on the fewest
 * Resources; then in a fixed order.
 */
export function byRank(left: RankedGrant, right: RankedGrant): number {
  const [one, other] = [left, right].map(({ breaks, weight, risk, resources, candidate }) => [
    breaks.length > 0 ? 1 : 0, weight, RISKS.indexOf(risk), resources ?? MANY, KINDS.indexOf(candidate.kind),
  ]) as [number[], number[]];
  const at = one.findIndex((value, index) => value !== other[index]);
  if (at >= 0) return (one[at] as number) - (other[at] as number);
  const key = ({ candidate }: RankedGrant): string => JSON.stringify([candidate.roleId, candidate.anchorGroupId ?? '', candidate.permissionId ?? '', candidate.memberRoleId ?? '']);
  return key(left) < key(right) ? -1 : 1;
}
