import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Fact, LineProblem } from './fact.js';

const PROBLEMS = {
  cycle: { code: 'ROLE_CYCLE', message: 'The Role would inherit itself.' },
  depth: { code: 'ROLE_CHAIN_TOO_LONG', message: 'The Role would be part of a chain of more than 16 inheritances.' },
} as const;

/** Inheritances that were just written and cannot stay. The database refuses them at the end as well, and names no line. */
export async function inheritanceProblems(executor: SqlExecutor, facts: readonly Fact[]): Promise<LineProblem[]> {
  const active = facts.filter(({ kind, values }) => kind === 'role_inheritance' && values.status === 'active');
  if (active.length === 0) return [];
  const roles = [...new Set(active.map(({ values }) => values.roleId as string))];
  const rows = await executor.query<{ id: string; fault: keyof typeof PROBLEMS | null }>(sql`
    SELECT r.id, sys_authz.inheritance_fault(r.id) AS fault FROM unnest(${roles}::text[]) AS r (id)`);
  const faults = new Map(rows.map(({ id, fault }) => [id, fault]));
  return active.flatMap(({ line, values }) => {
    const fault = faults.get(values.roleId as string);
    return fault === null || fault === undefined ? [] : [{ line, field: 'inheritedRoleId', ...PROBLEMS[fault] }];
  });
}
