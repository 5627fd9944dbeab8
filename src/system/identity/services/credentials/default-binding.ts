import { raw, sql, type SqlExecutor } from '../../../../persistence/index.js';
import { BINDING_ORDER } from '../user-members.js';

const ORDER = raw(BINDING_ORDER.map(({ expression, direction }) => `${expression} ${direction}`).join(', '));

/** The binding that a new session acts by: the first usable one; undefined when the User has none. */
export async function defaultBinding(executor: SqlExecutor, userId: string, now: number): Promise<string | undefined> {
  const [binding] = await executor.query<{ id: string }>(sql`
    SELECT um.id FROM sys_identity.user_members um
    JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id
    JOIN sys_identity.spaces s ON s.id = um.space_id
    WHERE um.user_id = ${userId} AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(now)})
      AND m.status = 'active' AND s.status = 'active'
    ORDER BY ${ORDER} LIMIT 1`);
  return binding?.id;
}
