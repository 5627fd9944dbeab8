import type { Transaction } from '../../../../persistence/index.js';
import { separationOfDutyRef, type RequestContext, type SeparationViolation } from '../../../shared/contracts/index.js';
import type { Fact, FactKind } from './fact.js';

/** Kinds by which any Member of the Space may come to hold more. */
const WIDE: readonly FactKind[] = ['permission', 'role', 'role_permission', 'role_inheritance'];

/** Kinds by which the Member of the line may come to hold more. */
const NARROW: readonly FactKind[] = ['member', 'member_role'];

/**
 * Lets the transaction fail when facts make a Member exceed a rule of separation; called before they are written. The rules of the
 * same facts come after them, so what they bring along is not held against these.
 *
 * @returns looks at once, for a transaction that will be taken back
 */
export async function watchSeparation(transaction: Transaction, context: RequestContext, spaceId: string, facts: readonly Fact[]): Promise<() => Promise<void>> {
  const byKind = Map.groupBy(facts, ({ kind }) => kind);
  const isWide = WIDE.some((kind) => byKind.has(kind));
  if (!isWide && !NARROW.some((kind) => byKind.has(kind))) return async () => undefined;
  const idsOf = (kind: FactKind, field = 'id'): string[] => (byKind.get(kind) ?? []).map(({ values }) => values[field] as string);
  return context.services.get(separationOfDutyRef).watch(transaction, {
    spaceId,
    ...(isWide ? {} : { memberIds: [...new Set([...idsOf('member'), ...idsOf('member_role', 'memberId')])] }),
    permissionIds: idsOf('permission'),
    writtenRuleIds: idsOf('separation_rule'),
    now: context.request.now,
    path: (violation) => ['input', 'jsonl', ...placeOf(violation, facts)],
  });
}

// The line that says most about it: the last one that gives the Member a Role, or else the last by which somebody may hold more.
function placeOf({ memberId }: SeparationViolation, facts: readonly Fact[]): string[] {
  const assignment = facts.findLast(({ kind, values }) => kind === 'member_role' && values.memberId === memberId);
  const line = assignment ?? facts.findLast(({ kind, values }) => WIDE.includes(kind) || (kind === 'member' && values.id === memberId));
  return line === undefined ? [] : [String(line.line), ...(assignment === undefined ? [] : ['roleId'])];
}
