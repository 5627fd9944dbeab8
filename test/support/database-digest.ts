import type { Client } from 'pg';

/** What moves by itself: places in the logs, keys that are made when they are first needed, counts of attempts, budgets. */
const MOVING = [
  'sys_audit.batch', 'sys_audit.head', 'sys_audit.space_head', 'sys_kernel.outbox_batch', 'sys_kernel.outbox_head', 'sys_kernel.key', 'sys_identity.sign_in_throttle',
  'sys_authz.assignment_use', 'sys_authz.assignment_use_position', 'sys_kernel.rate_budgets',
];

/** Digest of the content of each table of the server, by name; without what moves by itself. */
export async function digestOf(owner: Client): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await owner.query<{ name: string }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname LIKE 'sys\\_%' AND c.relkind IN ('r', 'p') AND NOT c.relispartition`);
  const parts = tables.filter(({ name }) => !MOVING.includes(name)).map(({ name }) => `
    SELECT '${name}' AS name, coalesce(md5(string_agg(hash, '' ORDER BY hash)), '') AS digest
    FROM (SELECT md5((to_jsonb(t) - 'last_used_at')::text) AS hash FROM ${name} t ${name === 'sys_kernel.outbox_event' ? "WHERE subject_type NOT IN ('Kernel', 'Capability')" : ''}) h`);
  const { rows } = await owner.query<{ name: string; digest: string }>(parts.join(' UNION ALL '));
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

/** Tables whose content differs. */
export function changedTables(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
}
