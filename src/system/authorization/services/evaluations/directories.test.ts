import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { RevisionFeed } from '../../../../persistence/index.js';
import { ALICE, openFinanceWorld, type FinanceWorld } from '../../testing/finance-world.js';
import { ChangeClock } from './change-clock.js';
import { silenceOf } from './feed-silence.js';
import { ResourceDirectory } from './resource-directory.js';
import { SubjectDirectory, type DirectoryParts, type SubjectName } from './subject-directory.js';

let store: TestDatabase;
/** The owner of the tables: the server itself may not delete from them. */
let owner: Client;
let world: FinanceWorld;
let feed: RevisionFeed;
let parts: DirectoryParts;
let subjects: SubjectDirectory;
let resources: ResourceDirectory;
let isHeard: boolean;

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
  owner = new Client({ connectionString: store.ownerUrl });
  await owner.connect();
  feed = new RevisionFeed({ database: world.database, connect: () => world.database.connect('test-feed'), now: Date.now, onError: () => undefined });
  await feed.start();
  const clock = new ChangeClock();
  feed.subscribe((changes) => clock.advance(changes));
  parts = { database: world.database, clock, silence: { isHeard: () => isHeard }, most: 100 };
  await world.run(`
    UPDATE sys_identity.members SET external_id = 'E-17' WHERE id = 'member_finance_reviewer';
    INSERT INTO sys_identity.members (id, space_id, display_name, member_type, external_id) VALUES
      ('member_robot', 'space_acme', 'Robot', 'service', 'robot'), ('member_pipeline', 'space_acme', 'Pipeline', 'service', NULL), ('member_bare', 'space_acme', 'Bare', 'human', 'bare');
    INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id) VALUES ('um_bob_pipeline', 'user_bob', 'member_pipeline', 'space_acme')`);
});

beforeEach(async () => {
  isHeard = true;
  await feed.catchUp();
  subjects = new SubjectDirectory(parts);
  resources = new ResourceDirectory(parts);
});

afterAll(async () => {
  await feed.stop();
  await owner.end();
  await world.close();
  await store.drop();
});

const find = async (name: SubjectName, spaceId = 'space_acme', now = Date.now()) => (await subjects.find(spaceId, [name], now))[0]!;
const statements = async (work: () => Promise<unknown>): Promise<number> => {
  const spy = jest.spyOn(world.database, 'prepared');
  await work();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
};
const changed = async (text: string): Promise<void> => {
  await owner.query(text);
  await feed.catchUp();
};

const ROBOT = { userId: '', memberId: 'member_robot', userMemberId: '', spaceId: 'space_acme', isMachine: true };
const BOB = { userId: 'user_bob', memberId: 'member_finance_reviewer', userMemberId: 'um_bob_finance_reviewer', spaceId: 'space_acme' };

describe('who acts under a name', () => {
  test.each([
    ['a User by id: its primary binding', { kind: 'user', id: 'user_alice' }, ALICE],
    ['a User by the external id of a Member: the primary binding of that Member', { kind: 'user', id: 'E-17' }, ALICE],
    ['a Member by id', { kind: 'member', id: 'member_finance_reviewer' }, ALICE],
    ['a Member by external id', { kind: 'member', id: 'E-17' }, ALICE],
    ['a service Member as member: by itself', { kind: 'member', id: 'robot' }, ROBOT],
    ['a service Member as service', { kind: 'service', id: 'member_robot' }, ROBOT],
    ['a service Member that a User is bound to, as member: by the binding', { kind: 'member', id: 'member_pipeline' },
      { userId: 'user_bob', memberId: 'member_pipeline', userMemberId: 'um_bob_pipeline', spaceId: 'space_acme' }],
    ['a service Member that a User is bound to, as service: by itself', { kind: 'service', id: 'member_pipeline' }, { ...ROBOT, memberId: 'member_pipeline' }],
  ] as const)('%s', async (_, name, actor) => {
    expect(await find(name)).toEqual({ actor, isKnown: true });
  });

  test.each([
    ['an unknown User', { kind: 'user', id: 'user_nobody' }, { userId: 'user_nobody' }],
    ['an e-mail', { kind: 'user', id: 'alice@example.com' }, {}],
    ['an unknown name', { kind: 'user', id: 'nobody' }, {}],
    ['a name in other letters', { kind: 'member', id: 'e-17' }, {}],
    ['a human Member without a binding', { kind: 'member', id: 'bare' }, { memberId: 'member_bare' }],
    ['a human Member as service', { kind: 'service', id: 'E-17' }, { memberId: 'member_finance_reviewer' }],
    ['a User as member', { kind: 'member', id: 'user_alice' }, {}],
    ['a Member as user', { kind: 'user', id: 'member_finance_reviewer' }, {}],
  ] as const)('%s is nobody', async (_, name, known) => {
    expect(await find(name)).toEqual({ actor: { userId: '', memberId: '', userMemberId: '', ...known, spaceId: 'space_acme' }, isKnown: false });
  });

  test('nobody of another Space is found', async () => {
    for (const name of [{ kind: 'user', id: 'user_bob' }, { kind: 'member', id: 'E-17' }, { kind: 'member', id: 'member_robot' }] as const) {
      expect(await find(name, 'space_other')).toMatchObject({ isKnown: false });
    }
  });

  test('many names are found by one statement for each kind of name, and in their order', async () => {
    const names: SubjectName[] = ['user_bob', 'E-17', 'user_alice', 'robot', 'user_bob'].map((id) => ({ kind: 'user', id }));
    let found: readonly { readonly actor: { readonly userId: string } }[] = [];
    expect(await statements(async () => { found = await subjects.find('space_acme', names, Date.now()); })).toBe(2);
    expect(found.map(({ actor }) => actor.userId)).toEqual(['user_bob', 'user_alice', 'user_alice', '', 'user_bob']);
  });
});

describe('memory', () => {
  test('is asked before the database, also for what is not there', async () => {
    const names: SubjectName[] = [{ kind: 'user', id: 'user_alice' }, { kind: 'user', id: 'nobody' }];
    await subjects.find('space_acme', names, Date.now());
    await resources.find('space_acme', [{ type: 'invoice', id: 'INV-001' }, { type: 'invoice', id: 'none' }], Date.now());
    expect(await statements(async () => {
      await subjects.find('space_acme', names, Date.now());
      await resources.find('space_acme', [{ type: 'invoice', id: 'INV-001' }, { type: 'invoice', id: 'none' }], Date.now());
    })).toBe(0);
    expect(await statements(() => subjects.find('space_acme', names, Date.now(), true))).toBe(2);
    expect(await statements(() => resources.find('space_acme', [{ type: 'invoice', id: 'INV-001' }], Date.now(), true))).toBe(1);
    isHeard = false;
    expect(await statements(() => subjects.find('space_acme', names, Date.now()))).toBe(2);
  });

  test.each([
    ['a binding is revoked', { kind: 'user', id: 'user_alice' }, `UPDATE sys_identity.user_members SET status = 'revoked', revoked_at = now() WHERE id = 'um_alice_finance_reviewer'`,
      `UPDATE sys_identity.user_members SET status = 'active', revoked_at = NULL WHERE id = 'um_alice_finance_reviewer'`],
    ['another binding becomes the primary one', { kind: 'user', id: 'user_alice' },
      `UPDATE sys_identity.user_members SET is_primary = (id = 'um_alice_creator') WHERE user_id = 'user_alice'`,
      `UPDATE sys_identity.user_members SET is_primary = (id = 'um_alice_finance_reviewer') WHERE user_id = 'user_alice'`],
    ['a User is disabled', { kind: 'member', id: 'E-17' }, `UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_alice'`,
      `UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_alice'`],
    ['the Member of the first binding is disabled', { kind: 'user', id: 'user_alice' }, `UPDATE sys_identity.members SET status = 'disabled' WHERE id = 'member_finance_reviewer'`,
      `UPDATE sys_identity.members SET status = 'active' WHERE id = 'member_finance_reviewer'`],
    ['the Space is disabled', { kind: 'user', id: 'user_bob' }, `UPDATE sys_identity.spaces SET status = 'disabled' WHERE id = 'space_acme'`,
      `UPDATE sys_identity.spaces SET status = 'active' WHERE id = 'space_acme'`],
    ['a name is taken away', { kind: 'member', id: 'robot' }, `UPDATE sys_identity.members SET external_id = NULL WHERE id = 'member_robot'`,
      `UPDATE sys_identity.members SET external_id = 'robot' WHERE id = 'member_robot'`],
    ['a name moves', { kind: 'member', id: 'robot' },
      `UPDATE sys_identity.members SET external_id = NULL WHERE id = 'member_robot'; UPDATE sys_identity.members SET external_id = 'robot' WHERE id = 'member_bare'`,
      `UPDATE sys_identity.members SET external_id = 'bare' WHERE id = 'member_bare'; UPDATE sys_identity.members SET external_id = 'robot' WHERE id = 'member_robot'`],
    ['a name is given', { kind: 'member', id: 'pipe' }, `UPDATE sys_identity.members SET external_id = 'pipe' WHERE id = 'member_pipeline'`,
      `UPDATE sys_identity.members SET external_id = NULL WHERE id = 'member_pipeline'`],
    ['a Member gets its first binding', { kind: 'member', id: 'bare' },
      `INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id) VALUES ('um_bob_bare', 'user_bob', 'member_bare', 'space_acme')`,
      `DELETE FROM sys_identity.user_members WHERE id = 'um_bob_bare'`],
  ] as const)('forgets when %s, there and back', async (_, name, change, back) => {
    const before = await find(name);
    await changed(change);
    const after = await find(name);
    expect(after).not.toEqual(before);
    expect(after).toEqual((await new SubjectDirectory(parts).find('space_acme', [name], Date.now()))[0]);
    await changed(back);
    expect(await find(name)).toEqual(before);
  });

  test('says nothing personal in the versions of a Member whose external id moved', async () => {
    await changed(`UPDATE sys_identity.members SET external_id = 'someone@example.com' WHERE id = 'member_bare'`);
    const { rows } = await world.database.pool.query(`SELECT body FROM sys_authz.fact_version WHERE id = 'member_bare' ORDER BY rev DESC`);
    expect(rows.length).toBeGreaterThan(1);
    for (const { body } of rows) expect(body).toEqual({ id: 'member_bare', space_id: 'space_acme', member_type: 'human', status: 'active' });
    await changed(`UPDATE sys_identity.members SET external_id = 'bare' WHERE id = 'member_bare'`);
  });

  test('ends with the binding: the next one acts from that moment on', async () => {
    const ends = Date.now() + 60_000;
    await changed(`UPDATE sys_identity.user_members SET expires_at = to_timestamp(${ends} / 1000.0) WHERE id = 'um_alice_finance_reviewer'`);
    expect(await find({ kind: 'member', id: 'E-17' })).toMatchObject({ actor: ALICE });
    expect(await find({ kind: 'member', id: 'E-17' }, 'space_acme', ends - 1)).toMatchObject({ actor: ALICE });
    expect(await find({ kind: 'member', id: 'E-17' }, 'space_acme', ends)).toMatchObject({ actor: BOB });
    await changed(`UPDATE sys_identity.user_members SET expires_at = NULL WHERE id = 'um_alice_finance_reviewer'`);
    expect(await find({ kind: 'member', id: 'E-17' })).toMatchObject({ actor: ALICE });
  });

  test('is bounded', async () => {
    const small = new SubjectDirectory({ ...parts, most: 2 });
    const names: SubjectName[] = ['user_alice', 'user_bob', 'robot'].map((id) => ({ kind: 'user', id }));
    await small.find('space_acme', names, Date.now());
    expect(await statements(() => small.find('space_acme', names.slice(1), Date.now()))).toBe(0);
    expect(await statements(() => small.find('space_acme', names.slice(0, 1), Date.now()))).toBe(1);
  });

  test('keeps nothing when too much was missed', async () => {
    await find({ kind: 'user', id: 'user_alice' });
    parts.clock.advance(undefined);
    expect(await statements(() => find({ kind: 'user', id: 'user_alice' }))).toBe(1);
  });

  test('believes what it hears, not silence', () => {
    expect([0, 1_000, 1_001].map((ms) => silenceOf({ silentForMs: () => ms }).isHeard())).toEqual([true, true, false]);
  });
});

describe('resources', () => {
  const named = async (id: string, type = 'invoice', spaceId = 'space_acme') => (await resources.find(spaceId, [{ type, id }], Date.now()))[0];

  test('are found by id and by external id, inside the Space and the type', async () => {
    expect(await resources.find('space_acme', [{ type: 'invoice', id: 'INV-001' }, { type: 'invoice', id: 'invoice_002' }], Date.now())).toEqual(['invoice_001', 'invoice_002']);
    expect(await named('inv-001')).toBeUndefined();
    expect(await named('INV-001', 'memo')).toBeUndefined();
    expect(await named('invoice_other')).toBeUndefined();
    expect(await named('INV-001', 'invoice', 'space_other')).toBeUndefined();
  });

  test('an id goes before an external id, and a name that moves is followed', async () => {
    expect(await named('invoice_003')).toBeUndefined();
    await changed(`UPDATE sys_resource.resources SET external_id = 'invoice_003' WHERE id = 'invoice_002'`);
    expect(await named('invoice_003')).toBe('invoice_002');
    await changed(`INSERT INTO sys_resource.resources (id, space_id, resource_type) VALUES ('invoice_003', 'space_acme', 'invoice')`);
    expect(await named('invoice_003')).toBe('invoice_003');
    await changed(`DELETE FROM sys_resource.resources WHERE id = 'invoice_003'`);
    expect(await named('invoice_003')).toBe('invoice_002');
    await changed(`UPDATE sys_resource.resources SET external_id = NULL WHERE id = 'invoice_002'`);
    expect(await named('invoice_003')).toBeUndefined();
  });

  test('a Resource of another Space cannot stand in the way of an external id', async () => {
    await changed(`INSERT INTO sys_resource.resources (id, space_id, resource_type) VALUES ('INV-001', 'space_other', 'invoice')`);
    expect(await named('INV-001')).toBe('invoice_001');
    await changed(`DELETE FROM sys_resource.resources WHERE id = 'INV-001'`);
  });
});
