import { sql, type SqlExecutor } from '../../../../persistence/index.js';

/** Whether the administrator of the demo can still sign in. */
export async function demoPresent(executor: SqlExecutor): Promise<boolean> {
  const [row] = await executor.query<{ present: boolean }>(sql`
    SELECT EXISTS (SELECT FROM sys_identity.users WHERE is_demo AND status = 'active') AS present`);
  return row?.present === true;
}
