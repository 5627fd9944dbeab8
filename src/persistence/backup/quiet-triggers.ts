import { type Client, escapeIdentifier } from 'pg';
import { asRole } from './as-role.js';

interface Trigger {
  readonly table: string;
  readonly name: string;
  readonly owner: string;
  readonly state: 'O' | 'R' | 'A';
}

// Those of partitions follow their parent's; those of foreign keys are internal and stay.
const TRIGGERS = `
  SELECT format('%I.%I', n.nspname, c.relname) AS table, t.tgname AS name, pg_get_userbyid(c.relowner) AS owner, t.tgenabled AS state
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname ~ '^(sys|plg)_' AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'D' ORDER BY 1, 2`;

const ENABLE = { O: 'ENABLE TRIGGER', R: 'ENABLE REPLICA TRIGGER', A: 'ENABLE ALWAYS TRIGGER' } as const;

/**
 * Runs work while no trigger of ours fires, in the client's transaction: rows come as they were, so nothing may be derived from them
 * a second time. The owner of the tables may do this; `session_replication_role`, which would also stop the foreign keys, is for
 * superusers.
 */
export async function withQuietTriggers(client: Client, work: () => Promise<void>): Promise<void> {
  const { rows: triggers } = await client.query<Trigger>(TRIGGERS);
  const alter = async (action: (trigger: Trigger) => string): Promise<void> => {
    for (const trigger of triggers) {
      await asRole(client, trigger.owner, () => client.query(`ALTER TABLE ${trigger.table} ${action(trigger)} ${escapeIdentifier(trigger.name)}`));
    }
  };
  await alter(() => 'DISABLE TRIGGER');
  await work();
  await alter(({ state }) => ENABLE[state]);
}
