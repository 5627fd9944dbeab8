import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { canonicalJson, sha256 } from '../../kernel/crypto/index.js';
import { sql } from '../../persistence/index.js';
import { ANONYMOUS, type AuditEntry } from '../shared/contracts/index.js';
import { mutationsRef } from '../shared/services/index.js';
import { openField, type SealedField } from './services/personal-seal.js';
import { logEngineRef } from './services/streams/log-engine.js';
import { openAuditWorld, person, thing, type AuditWorld } from './testing/audit-world.js';

interface StoredEvent {
  readonly id: string;
  readonly body: Buffer;
  readonly body_hash: Buffer;
  readonly row: string;
}

let store: TestDatabase;
let world: AuditWorld;

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openAuditWorld(store.appUrl);
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

async function stored(id: string): Promise<StoredEvent> {
  const [row] = await world.database.query<StoredEvent>(sql`SELECT e.id, e.body, e.body_hash, e::text AS row FROM sys_audit.event e WHERE e.id = ${id}`);
  if (row === undefined) throw new Error(`no event ${id}`);
  return row;
}

const bodyOf = async (id: string): Promise<Record<string, never>> => JSON.parse((await stored(id)).body.toString('utf8'));

async function events(): Promise<number> {
  const [row] = await world.database.query<{ count: number }>(sql`SELECT count(*) AS count FROM sys_audit.event`);
  return row?.count ?? 0;
}

describe('a stored event', () => {
  test('is canonical JSON with its hash, and says who, by what, in which request', async () => {
    const caller = { ...person('ann'), actor: { userId: 'user_ann', memberId: 'member_ann', userMemberId: 'um_ann', spaceId: 'space_a' } };
    const id = await world.change({ spaceId: 'space_a', groupId: 'group_x', changes: { name: ['a', 'b'] }, details: { at: new Date(0), big: 2n ** 60n } }, world.as(caller, { id: 'req_abc' }));
    const { body, body_hash } = await stored(id);
    const parsed = JSON.parse(body.toString('utf8'));
    expect(Buffer.from(canonicalJson(parsed)).equals(body)).toBe(true);
    expect(Buffer.from(sha256(body)).equals(body_hash)).toBe(true);
    expect(Buffer.from(parsed.salt, 'base64url')).toHaveLength(16);
    expect(parsed).toMatchObject({
      id, type: 'thing.changed', action: 'thing.changed', risk: 'NORMAL', spaceId: 'space_a', groupId: 'group_x', target: { type: 'Thing', id: 'thing_1' },
      actor: { userId: 'user_ann', memberId: 'member_ann', userMemberId: 'um_ann', spaceId: 'space_a' },
      credential: { kind: 'session', id: 'sess_ann', issuer: 'https://polity.example' }, request: { id: 'req_abc' },
      changes: { name: ['a', 'b'] }, details: { at: '1970-01-01T00:00:00.000Z', big: String(2n ** 60n) },
    });
  });

  test('names the actor of a decision and the caller who asked', async () => {
    const actor = { userId: 'user_bob', memberId: 'member_bob', userMemberId: '', spaceId: 'space_a' };
    const [id] = await world.log.recordNow(world.as(person('backend')), [thing({ type: 'authorization.decision', action: 'invoice.approve', risk: 'CRITICAL', actor, decision: 'DENY', denyCode: 'NO_GRANT', traceId: 'trc_1' })]);
    expect(await bodyOf(id!)).toMatchObject({ risk: 'CRITICAL', actor: { userId: 'user_bob', memberId: 'member_bob' }, caller: { userId: 'user_backend' }, denyCode: 'NO_GRANT' });
    expect((await bodyOf(id!)).actor).not.toHaveProperty('userMemberId');
  });

  test('redacts what looks secret', async () => {
    const id = await world.change({ changes: { apiKey: ['hunter2', 'hunter3'] }, details: { nested: [{ password: 'hunter4' }] } });
    const text = (await stored(id)).body.toString('utf8');
    expect(text).not.toContain('hunter');
    expect(text).toContain('[redacted]');
  });

  test('holds personal values sealed and nowhere in plain', async () => {
    const context = world.as(person('carl'), { ip: '203.0.113.77', userAgent: 'Browser/Sealed' });
    const id = await world.change({ personal: { subject: 'user_dora', identifier: 'Dora@Example.com', values: { phone: ['+1', '+49 555 0123'] } } }, context);
    const { body, row } = await stored(id);
    const hashes = await world.database.query<{ row: string }>(sql`SELECT p::text AS row FROM sys_audit.event_personal p WHERE p.event_id = ${id}`);
    expect(hashes).toHaveLength(3);
    for (const plain of ['203.0.113.77', 'Browser/Sealed', 'ora@', '555 0123']) {
      expect(body.toString('utf8')).not.toContain(plain);
      expect(row).not.toContain(plain);
      expect(JSON.stringify(hashes)).not.toContain(plain);
      expect(row + JSON.stringify(hashes)).not.toContain(Buffer.from(plain).toString('hex'));
    }
    const personal = (await bodyOf(id)).personal as unknown as Record<string, SealedField>;
    expect(Object.fromEntries(Object.entries(personal).map(([field, { subject }]) => [field, subject]))).toEqual({ ip: 'user_carl', userAgent: 'user_carl', identifier: 'user_dora', values: 'user_dora' });
    expect(await openField(world.keyring, id, 'ip', personal.ip!)).toBe('203.0.113.77');
    expect(await openField(world.keyring, id, 'values', personal.values!)).toEqual({ phone: ['+1', '+49 555 0123'] });
    await expect(openField(world.keyring, id, 'userAgent', personal.ip!)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    await expect(openField(world.keyring, 'audit_other', 'ip', personal.ip!)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
  });

  test('of an unregistered type is our bug', async () => {
    const before = await events();
    await expect(world.change({ type: 'thing.invented' })).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    await expect(world.log.recordNow(world.as(), [thing({ type: 'thing.invented' })])).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(await events()).toBe(before);
  });
});

describe('with a change', () => {
  const create = (entry: Partial<AuditEntry>): Promise<unknown> => world.get(mutationsRef).run(world.as(), { name: 'createThing' }, {}, async (scope) => {
    await scope.transaction.query(sql`INSERT INTO sys_kernel.idempotency (caller, key, operation, request_hash, result) VALUES ('t', ${entry.target!.id}, 'x', '', '1')`);
    scope.audit(thing(entry));
    return {};
  });
  const changed = async (id: string): Promise<number> => (await world.database.query(sql`SELECT 1 AS one FROM sys_kernel.idempotency WHERE key = ${id}`)).length;

  test('both are committed', async () => {
    await create({ target: { type: 'Thing', id: 'kept' } });
    expect(await changed('kept')).toBe(1);
  });

  test('the change goes when the event cannot be stored', async () => {
    const owner = new pg.Client({ connectionString: store.ownerUrl });
    await owner.connect();
    await owner.query("ALTER TABLE sys_audit.event ADD CONSTRAINT broken CHECK (target_id <> 'gone') NOT VALID");
    await expect(create({ target: { type: 'Thing', id: 'gone' } })).rejects.toThrow(/broken/);
    await owner.query('ALTER TABLE sys_audit.event DROP CONSTRAINT broken');
    await owner.end();
    expect(await changed('gone')).toBe(0);
  });

  test('the change goes when the event cannot be said', async () => {
    expect(await create({ target: { type: 'Thing', id: 'unsaid' }, details: { text: 'half \ud800' } })).toMatchObject({ errors: [{ code: 'VALIDATION_FAILED' }] });
    expect(await changed('unsaid')).toBe(0);
  });

  test('the events of a transaction are one statement, in order', async () => {
    const ids = await world.database.transaction(async (transaction) => [1, 2, 3].map((n) => world.log.record(transaction, world.as(), thing({ target: { type: 'Thing', id: `t${n}` } }))));
    const rows = await world.database.query<{ id: string; seq: number }>(sql`SELECT id, seq FROM sys_audit.event WHERE id = ANY (${ids}) ORDER BY seq`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(rows[2]!.seq - rows[0]!.seq).toBe(2);
  });
});

describe('without a change', () => {
  test('a bad row fails its caller alone', async () => {
    const good = Array.from({ length: 20 }, (_, n) => world.log.recordNow(world.as(ANONYMOUS), [thing({ target: { type: 'Thing', id: `good_${n}` } })]));
    const bad = [
      world.log.recordNow(world.as(), [thing({ details: { text: 'nul \0' } })]),
      world.log.recordNow(world.as(), [thing({ target: { type: 'Thing', id: 'x'.repeat(1001) } })]),
      world.log.recordNow(world.as(), [thing({ spaceId: 'not a space' })]),
      world.log.recordNow(world.as(), [thing(), thing({ details: { text: '\udfff' } })]),
    ];
    for (const one of await Promise.allSettled(bad)) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'VALIDATION_FAILED' } });
    const ids = (await Promise.all(good)).flat();
    const rows = await world.database.query(sql`SELECT id FROM sys_audit.event WHERE id = ANY (${ids})`);
    expect(rows).toHaveLength(20);
  });

  test('a row that only PostgreSQL refuses fails its caller alone', async () => {
    const owner = new pg.Client({ connectionString: store.ownerUrl });
    await owner.connect();
    await owner.query("ALTER TABLE sys_audit.event ADD CONSTRAINT picky CHECK (target_id <> 'refused') NOT VALID");
    const write = (id: string): Promise<readonly string[]> => world.log.recordNow(world.as(), [thing({ target: { type: 'Thing', id } })]);
    const results = await Promise.allSettled(['a1', 'refused', 'a2', 'a3'].map(write));
    await owner.query('ALTER TABLE sys_audit.event DROP CONSTRAINT picky');
    await owner.end();
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });
});

describe('the table', () => {
  const statements = ['UPDATE sys_audit.event SET type = \'x\'', 'DELETE FROM sys_audit.event', 'TRUNCATE sys_audit.event', 'UPDATE sys_audit.batch SET count = 1', 'DELETE FROM sys_audit.batch', 'TRUNCATE sys_audit.batch'];

  test.each(statements)('refuses the server\'s role: %s', async (statement) => {
    const client = new pg.Client({ connectionString: store.appUrl });
    await client.connect();
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501', message: expect.stringMatching(/permission denied/) });
    await client.end();
  });

  test.each(statements)('refuses its owner, by trigger: %s', async (statement) => {
    const client = new pg.Client({ connectionString: store.ownerUrl });
    await client.connect();
    await world.change({});
    await world.get(logEngineRef).audit.sequenced();
    await expect(client.query(statement)).rejects.toMatchObject({ message: expect.stringMatching(/append-only/) });
    await client.end();
  });
});
