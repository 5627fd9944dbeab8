import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { decide, type Question } from '../engine/index.js';
import type { FactRow } from './fact-row.js';
import { openFactMemory, type FactMemory } from './testing/fact-memory.js';
import { FactWriter } from './testing/fact-writer.js';

const NOW = Date.parse('2031-01-01T00:00:00Z');
const SPACES = ['space_a', 'space_b', 'space_c'];

let store: TestDatabase;
let writer: FactWriter;
let memory: FactMemory;

const put = (kind: string, body: FactRow['body'] & { readonly id: string }): FactRow => ({ kind, id: body.id, removed: false, body });
const user = (id: string, status = 'active'): FactRow => put('user', { id, email: `${id}@example.com`, status });
const binding = (id: string, userId: string, spaceId: string): FactRow =>
  put('user_member', { id, user_id: userId, member_id: `member_${spaceId}`, space_id: spaceId, relation_type: 'login', status: 'active', is_primary: true });

const INSTANCE: FactRow[] = [
  put('resource_type', { id: 'rt_doc', key: 'doc', display_name: 'Document', status: 'active' }),
  put('resource_mapping', { id: 'rm_doc', resource_type: 'doc', storage_kind: 'internal_table', status: 'active' }),
  put('resource_action', { id: 'ra_read', resource_type: 'doc', key: 'read', display_name: 'Read', status: 'active' }),
  put('permission', { id: 'perm_read', resource_type: 'doc', action: 'read', scope: 'group_tree', effect: 'allow', status: 'active' }),
  user('user_a'), user('user_b'),
];

/** A Space with one Member of user_a, who may read what lies in the Group of the Space. */
function spaceRows(spaceId: string): FactRow[] {
  return [
    put('space', { id: spaceId, name: spaceId, status: 'active' }),
    put('group', { id: `group_${spaceId}`, space_id: spaceId, key: 'g', path: 'g', depth: 0, status: 'active' }),
    put('member', { id: `member_${spaceId}`, space_id: spaceId, display_name: 'Member', status: 'active' }),
    binding(`um_${spaceId}`, 'user_a', spaceId),
    put('role', { id: `role_${spaceId}`, space_id: spaceId, key: 'r', name: 'R', status: 'active' }),
    put('role_permission', { id: `rp_${spaceId}`, space_id: spaceId, role_id: `role_${spaceId}`, permission_id: 'perm_read', status: 'active' }),
    put('member_role', { id: `mr_${spaceId}`, space_id: spaceId, member_id: `member_${spaceId}`, role_id: `role_${spaceId}`, scope_anchor_group_id: `group_${spaceId}`, status: 'active' }),
    put('resource', { id: `doc_${spaceId}`, space_id: spaceId, resource_type: 'doc', group_id: `group_${spaceId}`, status: 'active', metadata: {} }),
  ];
}

const ask = (spaceId: string, more: { readonly userId?: string; readonly userMemberId?: string } = {}): Question => ({
  actor: { userId: 'user_a', memberId: `member_${spaceId}`, userMemberId: `um_${spaceId}`, spaceId, ...more }, resourceType: 'doc', resourceId: `doc_${spaceId}`, action: 'read',
});

/** What the index in memory says, `unknown` when there is none that can be trusted. */
function inMemory(question: Question): string {
  const { actor: { spaceId } } = question;
  const index = memory.indexes.current(spaceId);
  const resource = { id: question.resourceId, spaceId, resourceType: 'doc', groupId: `group_${spaceId}`, visibility: 'private', status: 'active' };
  const decision = index?.decide(question, { resource, isInline: false }, NOW);
  return decision?.denyCode ?? decision?.decision ?? 'unknown';
}

/** What the product says, and whether it said it from memory. */
async function asked(question: Question): Promise<string> {
  const [facts] = await memory.facts.load([{ question, mode: 'stored' }], NOW);
  const { held, ...rest } = facts!;
  const decision = held?.decide(question, rest, NOW) ?? decide(question, rest, NOW);
  return `${decision.denyCode ?? decision.decision} ${held === undefined ? 'from the database' : 'from memory'}`;
}

const write = async (...rows: FactRow[]): Promise<void> => void (await writer.write(rows));

/** Writes, and lets the node hear of it. */
async function change(...rows: FactRow[]): Promise<void> {
  await write(...rows);
  await memory.feed.catchUp();
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let look = 0; look < 500 && !isTrue(); look += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isTrue()).toBe(true);
}

/** Holds the feed back until the function that it gives is called. */
function holdFeed(): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  memory.hooks.beforeLook = () => held;
  return () => {
    memory.hooks.beforeLook = async () => undefined;
    release();
  };
}

beforeEach(async () => {
  store = await createTestDatabase();
  writer = await FactWriter.open(store.ownerUrl);
  await write(...INSTANCE, ...SPACES.flatMap(spaceRows));
  memory = await openFactMemory(store.appUrl);
});

afterEach(async () => {
  await memory.close();
  await writer.close();
  await store.drop();
});

test('the first question begins to read a Space, later ones are answered from memory', async () => {
  expect(await asked(ask('space_a'))).toBe('ALLOW from the database');
  await memory.indexes.load('space_a');
  expect(await asked(ask('space_a'))).toBe('ALLOW from memory');
  expect(memory.indexes.usage().spaces).toBe(1);
  expect(memory.indexes.current('space_none')).toBeUndefined();
  expect(await memory.indexes.load('space_none')).toBeUndefined();
});

test('changes arrive by the feed, with their revision', async () => {
  const index = (await memory.indexes.load('space_a'))!;
  const before = index.revision;
  await change(put('member_role', { ...spaceRows('space_a')[6]!.body, id: 'mr_space_a', status: 'revoked', revoked_at: '2030-01-01T00:00:00Z' }));
  expect([inMemory(ask('space_a')), index.revision]).toEqual(['NO_MATCHING_PERMISSION', before + 1]);
  await change(user('user_a', 'disabled'));
  expect([inMemory(ask('space_a')), index.revision]).toEqual(['ACTOR_USER_INACTIVE', before + 1]);
});

test('what is newer in the database than in the feed is not used before the feed has come to it, and nothing old is told over it', async () => {
  const revisions: number[] = [];
  const release = holdFeed();
  await write(put('group', { ...spaceRows('space_a')[1]!.body, id: 'group_space_a', status: 'disabled' }));
  await write(put('resource_action', { ...INSTANCE[2]!.body, id: 'ra_read', status: 'disabled' }));
  await write(put('group', { ...spaceRows('space_a')[1]!.body, id: 'group_space_a', status: 'active' }));
  await write(put('resource_action', { ...INSTANCE[2]!.body, id: 'ra_read', status: 'active' }));
  memory.feed.subscribe(() => revisions.push(memory.indexes.current('space_a')?.revision ?? -1));
  const loaded = memory.indexes.load('space_a');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(inMemory(ask('space_a'))).toBe('unknown');
  release();
  expect((await loaded)?.revision).toBe(3);
  expect(inMemory(ask('space_a'))).toBe('ALLOW');
  expect(revisions).not.toContain(1);
});

test('a User who was never bound in the Space is looked up before the index is used again', async () => {
  await memory.indexes.load('space_a');
  await change(binding('um_second', 'user_b', 'space_a'));
  const question = ask('space_a', { userId: 'user_b', userMemberId: 'um_second' });
  // Until then the database is asked; nobody is denied because nothing is known of the User.
  expect(['unknown', 'ALLOW']).toContain(inMemory(question));
  expect(await asked(question)).toMatch(/^ALLOW /);
  await until(() => inMemory(question) === 'ALLOW');
  await change(user('user_b', 'disabled'));
  expect(inMemory(question)).toBe('ACTOR_USER_INACTIVE');
  await change(user('user_late', 'disabled'), binding('um_late', 'user_late', 'space_a'));
  expect(inMemory(ask('space_a', { userId: 'user_late', userMemberId: 'um_late' }))).toBe('ACTOR_USER_INACTIVE');
});

test('the registry and the catalogue are one for all Spaces', async () => {
  for (const spaceId of SPACES) await memory.indexes.load(spaceId);
  const all = (): string[] => SPACES.map((spaceId) => inMemory(ask(spaceId)));
  await change(put('permission', { ...INSTANCE[3]!.body, id: 'perm_read', effect: 'deny' }));
  expect(all()).toEqual(Array(3).fill('EXPLICIT_DENY'));
  await change(put('permission', { ...INSTANCE[3]!.body, id: 'perm_read', status: 'disabled' }));
  expect(all()).toEqual(Array(3).fill('NO_MATCHING_PERMISSION'));
  await change({ ...INSTANCE[2]!, removed: true });
  expect(all()).toEqual(Array(3).fill('INVALID_RESOURCE_ACTION'));
  await change(put('resource_action', { ...INSTANCE[2]!.body, id: 'ra_again' }), put('permission', { ...INSTANCE[3]!.body, id: 'perm_read' }));
  expect(all()).toEqual(Array(3).fill('ALLOW'));
});

test('when more has changed than the feed tells, everything is read anew', async () => {
  const index = await memory.indexes.load('space_a');
  expect(await asked(ask('space_a'))).toBe('ALLOW from memory');
  const release = holdFeed();
  await writer.run(`INSERT INTO sys_resource.resources (id, space_id, resource_type) SELECT 'doc_' || n, 'space_b', 'doc' FROM generate_series(1, 5001) n`);
  await write(put('resource', { ...spaceRows('space_a')[7]!.body, id: 'doc_space_a', status: 'archived' }));
  release();
  await memory.feed.catchUp();
  expect(memory.indexes.usage().spaces).toBe(0);
  expect(await asked(ask('space_a'))).toBe('RESOURCE_INACTIVE from the database');
  const later = await memory.indexes.load('space_a');
  expect(later).not.toBe(index);
  expect(await asked(ask('space_a'))).toBe('RESOURCE_INACTIVE from memory');
});

test('what was forgotten while the registry was read makes it be read again', async () => {
  const connections: string[] = [];
  memory.hooks.connect = async (make) => {
    const client = await make();
    connections.push('connected');
    if (connections.length > 1) return client;
    // Between its first statement and its last, more changes than the feed tells, one of them to the registry.
    await writer.run(`INSERT INTO sys_resource.resources (id, space_id, resource_type) SELECT 'doc_' || n, 'space_b', 'doc' FROM generate_series(1, 5001) n`);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT rev FROM sys_authz.revision');
    await write(put('resource_action', { ...INSTANCE[2]!.body, id: 'ra_read', status: 'disabled' }));
    await memory.feed.catchUp();
    const query = client.query.bind(client) as (text: unknown, values?: unknown[]) => Promise<unknown>;
    // The transaction is open already.
    client.query = ((text: unknown, values?: unknown[]) => (typeof text === 'string' && text.startsWith('BEGIN') ? Promise.resolve() : query(text, values))) as typeof client.query;
    return client;
  };
  await memory.indexes.load('space_a');
  await memory.indexes.load('space_a');
  expect(inMemory(ask('space_a'))).toBe('RESOURCE_ACTION_INACTIVE');
  expect(connections.length).toBeGreaterThanOrEqual(3);
});

test('changes of the registry that come while it is read are in it', async () => {
  let number = 0;
  memory.hooks.connect = async (make) => {
    const client = await make();
    number += 1;
    if (number === 1) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT rev FROM sys_authz.revision');
      await change(put('permission', { ...INSTANCE[3]!.body, id: 'perm_read', effect: 'deny' }));
      const query = client.query.bind(client) as (text: unknown, values?: unknown[]) => Promise<unknown>;
      client.query = ((text: unknown, values?: unknown[]) => (typeof text === 'string' && text.startsWith('BEGIN') ? Promise.resolve() : query(text, values))) as typeof client.query;
    }
    return client;
  };
  expect((await memory.indexes.load('space_a'))?.registry.revision).toBe(2);
  expect(inMemory(ask('space_a'))).toBe('EXPLICIT_DENY');
});

test('Spaces that were not asked about for the longest time give their room to others', async () => {
  const one = (await memory.indexes.load('space_a'))!.size;
  await memory.close();
  memory = await openFactMemory(store.appUrl, one * 2 + 100);
  for (const spaceId of ['space_a', 'space_b']) await memory.indexes.load(spaceId);
  expect(inMemory(ask('space_a'))).toBe('ALLOW');
  await memory.indexes.load('space_c');
  expect(memory.indexes.usage().spaces).toBe(2);
  expect(memory.indexes.usage().bytes).toBeLessThanOrEqual(one * 2 + 100);
  expect([inMemory(ask('space_a')), inMemory(ask('space_c'))]).toEqual(['ALLOW', 'ALLOW']);
  expect(await asked(ask('space_b'))).toBe('ALLOW from the database');
});

test('a Space that has no room is asked about in the database, and not read again for ten minutes', async () => {
  await memory.close();
  memory = await openFactMemory(store.appUrl, 100);
  let connections = 0;
  memory.hooks.connect = (make) => {
    connections += 1;
    return make();
  };
  for (let count = 0; count < 5; count += 1) {
    expect(await memory.indexes.load('space_a')).toBeUndefined();
    expect(await asked(ask('space_a'))).toBe('ALLOW from the database');
  }
  expect(connections).toBe(2);
  memory.hooks.later = 600_001;
  await memory.feed.catchUp();
  await memory.indexes.load('space_a');
  expect(connections).toBe(3);
});

test('a Space that grows while it is in memory gives its room back', async () => {
  const one = (await memory.indexes.load('space_a'))!.size;
  await memory.close();
  memory = await openFactMemory(store.appUrl, one * 4);
  for (const spaceId of SPACES) await memory.indexes.load(spaceId);
  expect(inMemory(ask('space_a'))).toBe('ALLOW');
  await writer.run(`INSERT INTO sys_identity.members (id, space_id, display_name) SELECT 'member_' || n, 'space_b', 'One more' FROM generate_series(1, 100) n`);
  await memory.feed.catchUp();
  expect(memory.indexes.usage().bytes).toBeLessThanOrEqual(one * 4);
  expect(inMemory(ask('space_a'))).toBe('ALLOW');
  await writer.run(`INSERT INTO sys_identity.members (id, space_id, display_name) SELECT 'member_x' || n, 'space_a', 'One more' FROM generate_series(1, 1000) n`);
  await memory.feed.catchUp();
  expect(memory.indexes.usage()).toEqual({ spaces: 0, bytes: 0 });
  expect(await asked(ask('space_a'))).toBe('ALLOW from the database');
});

test('a node that is cut off from the database trusts nothing, and goes on where it was', async () => {
  const index = await memory.indexes.load('space_a');
  const release = holdFeed();
  void memory.feed.catchUp();
  await write(put('space', { ...spaceRows('space_a')[0]!.body, id: 'space_a', status: 'disabled' }));
  memory.hooks.later = 1_001;
  expect(inMemory(ask('space_a'))).toBe('unknown');
  expect(await asked(ask('space_a'))).toBe('SPACE_INACTIVE from the database');
  release();
  await memory.feed.catchUp();
  await memory.feed.catchUp();
  expect(memory.indexes.current('space_a')).toBe(index);
  expect(await asked(ask('space_a'))).toBe('SPACE_INACTIVE from memory');
});

test('what comes under the id of a Space that was removed is another Space', async () => {
  const index = await memory.indexes.load('space_a');
  const rows = spaceRows('space_a');
  const release = holdFeed();
  await write(...rows.toReversed().map((row) => ({ ...row, removed: true })));
  await write(rows[0]!, rows[1]!, rows[2]!, binding('um_space_a', 'user_b', 'space_a'), rows[4]!, rows[7]!);
  release();
  await memory.feed.catchUp();
  expect(await asked(ask('space_a'))).toBe('CROSS_SPACE_VIOLATION from the database');
  const later = await memory.indexes.load('space_a');
  expect(later).not.toBe(index);
  expect(inMemory(ask('space_a', { userId: 'user_b' }))).toBe('NO_MATCHING_PERMISSION');
  await change(...[rows[0]!, rows[1]!, rows[2]!, rows[3]!, rows[4]!, rows[7]!].toReversed().map((row) => ({ ...row, removed: true })));
  expect([memory.indexes.usage().spaces, await memory.indexes.load('space_a')]).toEqual([0, undefined]);
  expect(await asked(ask('space_a'))).toBe('ACTOR_NOT_FOUND from the database');
});

test('two Spaces are read at once, the others wait', async () => {
  let [open, most] = [0, 0];
  memory.hooks.connect = async (make) => {
    open += 1;
    most = Math.max(most, open);
    const client = await make();
    client.once('end', () => (open -= 1));
    return client;
  };
  const many = Array.from({ length: 20 }, (_, number) => `space_x${number}`);
  await write(...many.flatMap(spaceRows));
  await Promise.all([...many, ...SPACES].map((spaceId) => memory.indexes.load(spaceId)));
  expect([...many, ...SPACES].map((spaceId) => inMemory(ask(spaceId)))).toEqual(Array(23).fill('ALLOW'));
  expect(most).toBe(2);
});

test('after a failure nothing is read for a second, and questions are answered', async () => {
  let attempts = 0;
  memory.hooks.connect = async () => {
    attempts += 1;
    throw new Error('no more connections');
  };
  for (let count = 0; count < 5; count += 1) {
    expect(await asked(ask('space_a'))).toBe('ALLOW from the database');
    await memory.indexes.load('space_b');
  }
  expect([attempts, memory.errors.map(String)]).toEqual([1, ['Error: no more connections']]);
  memory.hooks.connect = (make) => make();
  memory.hooks.later = 1_001;
  await memory.feed.catchUp();
  expect(await memory.indexes.load('space_a')).toBeDefined();
});

test('nothing is read or kept after the stop', async () => {
  const loading = memory.indexes.load('space_a');
  await memory.indexes.stop();
  expect(await loading).toBeUndefined();
  expect([memory.indexes.current('space_a'), await memory.indexes.load('space_a'), memory.indexes.usage().spaces]).toEqual([undefined, undefined, 0]);
});
