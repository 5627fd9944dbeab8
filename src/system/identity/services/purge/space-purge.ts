import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database } from '../../../../persistence/index.js';
import type { AuditLog, Outbox, RequestContext } from '../../../shared/contracts/index.js';

/** Removes Spaces whose waiting time is over, with everything in them. The log keeps what happened in them. */
export class SpacePurge {
  constructor(
    private readonly database: Database,
    private readonly auditLog: () => AuditLog,
    private readonly outbox: () => Outbox,
  ) {}

  /**
   * Removes what is due, each Space in a transaction of its own; one node at a time does so, the others come back empty-handed.
   *
   * @returns ids of the removed Spaces
   * @throws AggregateError when Spaces could not be removed; the others are
   */
  async sweep(context: RequestContext): Promise<readonly string[]> {
    const due = await this.database.query<{ id: string }>(sql`
      SELECT id FROM sys_identity.spaces WHERE status = 'deleting' AND delete_after <= now() ORDER BY delete_after, id`);
    const removed: string[] = [];
    const failures: unknown[] = [];
    for (const { id } of due) {
      try {
        if (await this.remove(context, id)) removed.push(id);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} Spaces could not be removed.`);
    return removed;
  }

  private async remove(context: RequestContext, spaceId: string): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const [lock] = await transaction.query<{ won: boolean }>(sql`SELECT pg_try_advisory_xact_lock(hashtext('polity.space_purge')) AS won`);
      if (lock?.won !== true) return false;
      const [still] = await transaction.query(sql`
        SELECT 1 AS due FROM sys_identity.spaces WHERE id = ${spaceId} AND status = 'deleting' AND delete_after <= now() FOR UPDATE`);
      if (still === undefined) return false;
      // Assignments before what they point at, the Space itself last.
      await transaction.query(sql`SELECT sys_admin.purge_space(${spaceId})`);
      await transaction.query(sql`SELECT sys_authz.purge_space(${spaceId})`);
      await transaction.query(sql`SELECT sys_resource.purge_space(${spaceId})`);
      await transaction.query(sql`SELECT sys_identity.purge_space(${spaceId})`);
      // Sessions, grants and keys are facts of the instance.
      transaction.touch('', spaceId);
      this.auditLog().record(transaction, context, { type: 'space.deleted', spaceId, target: { type: 'Space', id: spaceId } });
      this.outbox().publish(transaction, { type: 'identity.space_deleted', spaceId, subject: { type: 'Space', id: spaceId }, payload: {} });
      return true;
    });
  }
}

/** Removal of Spaces. */
export const spacePurgeRef = createServiceRef<SpacePurge>({ id: 'identity.space_purge', scope: 'process' });
