import type { CheckedCandidate, Decision } from '../../engine/index.js';
import type { Names } from '../world/names.js';

/** A candidate in the names of its files. */
export interface NamedCandidate {
  readonly role: string;
  readonly permission: string;
  readonly anchor: string | null;
  readonly inherited: readonly string[];
  readonly covered: boolean;
  readonly code: string | undefined;
  readonly condition: 'met' | 'not_met' | 'no_answer' | 'none';
}

/** Names a candidate. */
export function namedCandidate({ grant, scopeCheck, conditionCheck }: CheckedCandidate, names: Names): NamedCandidate {
  return {
    role: grant.role.key,
    permission: names.permission(grant.permission.id),
    anchor: grant.anchor?.path ?? null,
    inherited: grant.inherited.map(({ key }) => key),
    covered: scopeCheck.covered,
    code: scopeCheck.denyCode,
    condition: conditionCheck === undefined ? 'none' : conditionCheck.met ? 'met' : conditionCheck.error === undefined ? 'not_met' : 'no_answer',
  };
}

/** `deny SCOPE_OUT_OF_BOUNDS`. */
export function decisionText({ decision, denyCode }: Decision): string {
  return denyCode === undefined ? decision.toLowerCase() : `${decision.toLowerCase()} ${denyCode}`;
}

/** `role approver at finance.apac over reader: permission read_all`. */
export function wayText({ role, anchor, inherited, permission }: Pick<NamedCandidate, 'role' | 'anchor' | 'inherited' | 'permission'>): string {
  const place = anchor === null ? '' : ` at ${anchor}`;
  return `role ${role}${place}${inherited.length === 0 ? '' : ` over ${inherited.join(' > ')}`}: permission ${permission}`;
}

/** The way with what came of it. */
export function candidateText(candidate: NamedCandidate): string {
  const scope = candidate.covered ? 'covered' : (candidate.code ?? 'not covered');
  return `${wayText(candidate)}: ${scope}${candidate.condition === 'none' ? '' : `, condition ${candidate.condition}`}`;
}
