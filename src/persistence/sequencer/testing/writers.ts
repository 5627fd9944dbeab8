import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../../../kernel/ids/index.js';

/** Objects that all writers fight for. Each committed change of one is an event in both logs that carries the object's version. */
export const OBJECTS = 4;

/** Makes the table of the objects. */
export async function prepareObjects(ownerUrl: string): Promise<void> {
  const client = await connected(ownerUrl);
  await client.query(`
    CREATE TABLE public.object (id int PRIMARY KEY, version int NOT NULL);
    CREATE TABLE public.scratch (x int);
    INSERT INTO public.object SELECT i, 0 FROM generate_series(1, ${OBJECTS}) i;
    GRANT USAGE ON SCHEMA public TO polity_app;
    GRANT ALL ON public.object, public.scratch TO polity_app`);
  await client.end();
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A writer in the middle of a transaction, moved on step by step. */
export class Writer {
  constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<Writer> {
    return new Writer(await connected(url));
  }

  /** Begins and takes a transaction id before any object is locked. */
  async begin(): Promise<void> {
    await this.client.query('BEGIN; INSERT INTO public.scratch VALUES (1)');
  }

  /** Changes an object and writes its events as the last statements: their `seq` is drawn under the object's lock. */
  async change(object: number): Promise<void> {
    const { rows } = await this.client.query<{ version: number }>('UPDATE public.object SET version = version + 1 WHERE id = $1 RETURNING version', [object]);
    const version = rows[0]?.version;
    await this.client.query(
      `INSERT INTO sys_kernel.outbox_event (id, type, space_id, subject_type, subject_id, payload, occurred_at)
       VALUES ($1, 'object.changed', '', 'Object', $2, $3, now())`,
      [newId('evt'), String(object), JSON.stringify({ version })],
    );
    await this.client.query(
      `INSERT INTO sys_audit.event (id, type, risk, space_id, occurred_at, action, target_type, target_id, body_hash, trace_id)
       VALUES ($1, 'object.changed', 'LOW', $4, now(), 'object.changed', 'Object', $2, sha256(gen_random_uuid()::text::bytea), $3)`,
      [newId('audit'), String(object), String(version), object % 2 === 0 ? '' : 'space_odd'],
    );
  }

  async commit(): Promise<void> {
    await this.client.query('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.client.query('ROLLBACK');
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Changes objects at random, with pauses before and after `seq` is drawn, and now and then takes everything back. */
  async race(transactions: number, random: () => number): Promise<void> {
    for (let round = 0; round < transactions; round++) {
      await this.begin();
      if (random() < 0.3) await sleep(random() * 15);
      await this.change(1 + Math.floor(random() * OBJECTS));
      if (random() < 0.3) await sleep(random() * 20);
      await (random() < 0.1 ? this.rollback() : this.commit());
    }
  }
}
