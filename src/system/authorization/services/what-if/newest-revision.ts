import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';

/** The newest revision of a Space, as the database has it: its clock may not be that of the request, so no time can name it. */
export async function newestRevision(executor: SqlExecutor, spaceId: string): Promise<FactRevision> {
  const rows = await executor.query<{ spaceId: string; rev: number }>(sql`SELECT space_id AS "spaceId", rev FROM sys_authz.revision WHERE space_id IN ('', ${spaceId})`);
  const of = (id: string): number => rows.find((row) => row.spaceId === id)?.rev ?? 0;
  return { space: of(spaceId), instance: of('') };
}
