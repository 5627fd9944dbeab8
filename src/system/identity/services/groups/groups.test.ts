import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import type { Caller } from '../../../shared/contracts/index.js';
import { adminOf, groupAdmin, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../../testing/identity-world.js';
import { makeAcme } from '../../testing/fixture.js';
import { spacesRef } from '../spaces.js';
import { groupQueriesRef, groupsRef } from './index.js';

let testDatabase: TestDatabase;
let world: IdentityWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await makeAcme(world);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

const groups = () => world.services.get(groupsRef);
const queries = () => world.services.get(groupQueriesRef);
const pathOf = async (id: string) => (await queries().byIds(world.as(), [id]))[0]?.path;
const mistake = (code: string, field: string) => [expect.objectContaining({ code, path: ['input', field] })];
const finance = groupAdmin('space_acme', 'group_finance', 'finance');

describe('creating', () => {
  test('a Group under a parent has the path of its parent and its key', async () => {
    const { group } = await groups().create(world.as(), { spaceId: 'space_acme', parentGroupId: 'group_finance_apac', key: 'japan', displayName: 'Japan' });
    expect(group).toMatchObject({ path: 'finance.apac.japan', depth: 2, key: 'japan', parentGroupId: 'group_finance_apac', sortOrder: 1000, status: 'active' });
    expect(world.events.at(-1)).toEqual({
      type: 'group.created', spaceId: 'space_acme', groupId: group?.id, target: { type: 'Group', id: group?.id },
      changes: { path: [null, 'finance.apac.japan'], parentGroupId: [null, 'group_finance_apac'] },
    });
  });

  test('a path is accepted when its parent exists', async () => {
    expect((await groups().create(world.as(), { id: 'group_audit', spaceId: 'space_acme', path: 'legal.audit' })).group).toMatchObject({ parentGroupId: 'group_legal', key: 'audit' });
  });

  test.each([
    [{ path: 'Finance' }, 'path', 'VALIDATION_FAILED'],
    [{ path: 'finance..x' }, 'path', 'VALIDATION_FAILED'],
    [{ path: '1st' }, 'path', 'VALIDATION_FAILED'],
    [{ path: 'finance/x' }, 'path', 'VALIDATION_FAILED'],
    [{ path: 'nowhere.x' }, 'path', 'GROUP_NOT_FOUND'],
    [{ path: 'finance.x', key: 'y' }, 'path', 'VALIDATION_FAILED'],
    [{ path: 'finance.x', parentGroupId: 'group_legal' }, 'path', 'VALIDATION_FAILED'],
    [{ key: 'Bad Key' }, 'key', 'VALIDATION_FAILED'],
    [{}, 'key', 'VALIDATION_FAILED'],
    [{ key: 'finance' }, 'key', 'ALREADY_EXISTS'],
    [{ key: 'x', parentGroupId: 'group_absent' }, 'parentGroupId', 'GROUP_NOT_FOUND'],
    [{ key: 'x', parentGroupId: 'group_sales' }, 'parentGroupId', 'GROUP_NOT_FOUND'],
    [{ key: 'x', id: 'member_x' }, 'id', 'VALIDATION_FAILED'],
    [{ key: 'x', id: 'group_sales' }, 'id', 'ID_UNAVAILABLE'],
    [{ key: 'x', sortOrder: 1e9 }, 'sortOrder', 'VALIDATION_FAILED'],
    [{ key: 'x', metadata: { big: 'x'.repeat(17_000) } }, 'metadata', 'VALIDATION_FAILED'],
  ])('input %# is refused at its field', async (input, field, code) => {
    const before = await world.count('sys_identity.groups');
    expect((await groups().create(world.as(), { spaceId: 'space_acme', ...input })).errors).toEqual(mistake(code, field));
    expect(await world.count('sys_identity.groups')).toBe(before);
  });

  test('a tree has at most 32 levels', async () => {
    let parentGroupId: string | undefined;
    for (let level = 0; level < 32; level++) {
      const { group, errors } = await groups().create(world.as(), { spaceId: 'space_other', parentGroupId, key: `l${level}` });
      expect(errors).toEqual([]);
      parentGroupId = group?.id;
    }
    expect((await groups().create(world.as(), { spaceId: 'space_other', parentGroupId, key: 'deeper' })).errors).toEqual(mistake('VALIDATION_FAILED', 'parentGroupId'));
  });
});

describe('changing', () => {
  test('display name and order, with the version that was read', async () => {
    const { group } = await groups().update(world.as(), { id: 'group_legal', displayName: 'Legal', sortOrder: 5, expectedVersion: 1 });
    expect(group).toMatchObject({ displayName: 'Legal', sortOrder: 5, version: 2 });
    expect(world.events.at(-1)).toMatchObject({ type: 'group.updated', changes: { displayName: [null, 'Legal'], sortOrder: [1000, 5] } });
    expect((await groups().update(world.as(), { id: 'group_legal', sortOrder: 6, expectedVersion: 1 })).errors).toEqual(mistake('CONFLICT', 'expectedVersion'));
  });

  test('a new key renames the whole subtree', async () => {
    const { group } = await groups().update(world.as(), { id: 'group_legal', key: 'law', displayName: 'Law' });
    expect(group).toMatchObject({ key: 'law', path: 'law', displayName: 'Law' });
    expect(await pathOf('group_legal_emea')).toBe('law.emea');
    expect(await pathOf('group_audit')).toBe('law.audit');
    expect(world.events.at(-1)?.changes).toMatchObject({ key: ['legal', 'law'], path: ['legal', 'law'] });
    expect((await groups().update(world.as(), { id: 'group_legal', key: 'finance' })).errors).toEqual(mistake('ALREADY_EXISTS', 'key'));
    expect(await pathOf('group_legal_emea')).toBe('law.emea');
  });

  test('disable and restore', async () => {
    expect((await groups().disable(world.as(), { id: 'group_audit' })).group?.status).toBe('disabled');
    const before = world.events.length;
    expect((await groups().disable(world.as(), { id: 'group_audit' })).errors).toEqual([]);
    expect(world.events.length).toBe(before);
    expect((await groups().restore(world.as(), { id: 'group_audit' })).group?.status).toBe('active');
    expect(world.events.slice(-2).map(({ type }) => type)).toEqual(['group.disabled', 'group.restored']);
  });

  test('nothing changes in a Space that is being deleted', async () => {
    const spaces = world.services.get(spacesRef);
    await spaces.create(world.as(), { id: 'space_leaving', name: 'Leaving' });
    await groups().create(world.as(), { id: 'group_leaving', spaceId: 'space_leaving', key: 'a' });
    await spaces.delete(world.as(), { id: 'space_leaving' });
    expect((await groups().create(world.as(), { spaceId: 'space_leaving', key: 'b' })).errors).toEqual(mistake('SPACE_DELETION_PENDING', 'spaceId'));
    expect((await groups().update(world.as(), { id: 'group_leaving', displayName: 'x' })).errors).toEqual(mistake('SPACE_DELETION_PENDING', 'id'));
  });
});

describe('moving', () => {
  test('takes the subtree along, and writes versions of all of it', async () => {
    await groups().create(world.as(), { id: 'group_hub', spaceId: 'space_acme', key: 'hub' });
    await groups().create(world.as(), { id: 'group_hub_a', spaceId: 'space_acme', path: 'hub.a' });
    await groups().create(world.as(), { id: 'group_hub_a_b', spaceId: 'space_acme', path: 'hub.a.b' });
    await groups().create(world.as(), { id: 'group_hubble', spaceId: 'space_acme', key: 'hubble' });
    const { group } = await groups().move(world.as(), { id: 'group_hub', parentGroupId: 'group_finance_emea' });
    expect(group).toMatchObject({ path: 'finance.emea.hub', depth: 2, parentGroupId: 'group_finance_emea', version: 2 });
    expect(await pathOf('group_hub_a_b')).toBe('finance.emea.hub.a.b');
    expect(await pathOf('group_hubble')).toBe('hubble');
    expect(world.events.at(-1)).toMatchObject({ type: 'group.moved', changes: { path: ['hub', 'finance.emea.hub'] }, details: { groups: 3 } });
    const { rev } = await world.one<{ rev: number }>(sql`SELECT rev FROM sys_authz.revision WHERE space_id = 'space_acme'`);
    expect(await world.one(sql`SELECT count(*) AS count FROM sys_authz.fact_version WHERE space_id = 'space_acme' AND rev = ${rev} AND kind = 'group'`)).toEqual({ count: 3 });
    expect((await groups().move(world.as(), { id: 'group_hub', parentGroupId: null })).group).toMatchObject({ path: 'hub', depth: 0, parentGroupId: null });
    expect(await pathOf('group_hub_a_b')).toBe('hub.a.b');
  });

  test.each([['itself', 'group_hub'], ['a child', 'group_hub_a'], ['a grandchild', 'group_hub_a_b']])('below %s is a cycle', async (_what, parentGroupId) => {
    expect((await groups().move(world.as(), { id: 'group_hub', parentGroupId })).errors).toEqual(mistake('GROUP_CYCLE', 'parentGroupId'));
    expect(await pathOf('group_hub_a_b')).toBe('hub.a.b');
  });

  test('refuses a parent of another Space, a taken path and a missing destination', async () => {
    expect((await groups().move(world.as(), { id: 'group_hub', parentGroupId: 'group_sales' })).errors).toEqual(mistake('GROUP_NOT_FOUND', 'parentGroupId'));
    await groups().create(world.as(), { id: 'group_taken', spaceId: 'space_acme', path: 'finance.hub' });
    expect((await groups().move(world.as(), { id: 'group_hub', parentGroupId: 'group_finance' })).errors).toEqual(mistake('ALREADY_EXISTS', 'parentGroupId'));
    expect((await groups().move(world.as(), { id: 'group_hub' })).errors).toEqual(mistake('VALIDATION_FAILED', 'parentGroupId'));
  });

  test('concurrent moves never make a cycle', async () => {
    for (const name of ['x', 'y', 'z']) await groups().create(world.as(), { id: `group_${name}_`, spaceId: 'space_acme', key: name });
    for (let round = 0; round < 10; round++) {
      const moves = [['group_x_', 'group_y_'], ['group_y_', 'group_z_'], ['group_z_', 'group_x_']] as const;
      const results = await Promise.all(moves.map(([id, parentGroupId]) => groups().move(world.as(), { id, parentGroupId })));
      const codes = results.flatMap(({ errors }) => errors.map(({ code }) => code));
      expect(codes).toEqual(['GROUP_CYCLE']);
      const wrong = await world.database.query(sql`
        SELECT g.id FROM sys_identity.groups g LEFT JOIN sys_identity.groups p ON p.id = g.parent_group_id
        WHERE g.path <> CASE WHEN p.id IS NULL THEN g.key ELSE p.path || '.' || g.key END`);
      expect(wrong).toEqual([]);
      for (const [id] of moves) await groups().move(world.as(), { id, parentGroupId: null });
    }
  });

  test('a Group that is renamed while it is moved keeps one true path', async () => {
    await Promise.all([
      groups().move(world.as(), { id: 'group_x_', parentGroupId: 'group_y_' }),
      groups().update(world.as(), { id: 'group_y_', key: 'why' }),
    ]);
    expect(await pathOf('group_x_')).toBe('why.x');
  });
});

describe('reach', () => {
  const outside: readonly [string, Caller][] = [
    ['an admin of another Space', spaceAdmin('space_other')],
    ['an admin of a sibling Group', groupAdmin('space_acme', 'group_legal', 'law', '*')],
    ['an admin with other keys', spaceAdmin('space_acme', 'members:*')],
    ['nobody', adminOf()],
  ];

  test.each(outside)('%s finds no Group of finance, by any mutation', async (_who, caller) => {
    const as = world.as(caller);
    const before = await world.one(sql`SELECT array_agg(g.path || g.version || g.status ORDER BY g.id) AS all_groups FROM sys_identity.groups g`);
    const id = 'group_finance_apac';
    for (const call of [
      groups().update(as, { id, displayName: 'Mine' }), groups().update(as, { id, key: 'mine' }), groups().move(as, { id, parentGroupId: null }),
      groups().disable(as, { id }), groups().restore(as, { id }),
    ]) expect((await call).errors).toEqual(mistake('GROUP_NOT_FOUND', 'id'));
    const { errors } = await groups().create(as, { spaceId: 'space_acme', parentGroupId: id, key: 'mine' });
    expect(['SPACE_NOT_FOUND', 'GROUP_NOT_FOUND']).toContain(errors[0]?.code);
    expect(await queries().byIds(as, [id])).toEqual([undefined]);
    expect(await world.one(sql`SELECT array_agg(g.path || g.version || g.status ORDER BY g.id) AS all_groups FROM sys_identity.groups g`)).toEqual(before);
  });

  test('a Group admin governs the subtree, and nothing beside or above it', async () => {
    const as = world.as(finance);
    expect((await groups().create(as, { spaceId: 'space_acme', parentGroupId: 'group_finance', key: 'team' })).group?.path).toBe('finance.team');
    await expect(groups().create(as, { spaceId: 'space_acme', key: 'root' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(groups().move(as, { id: 'group_finance_apac', parentGroupId: null })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await groups().move(as, { id: 'group_finance_apac', parentGroupId: 'group_legal' })).errors).toEqual(mistake('GROUP_NOT_FOUND', 'parentGroupId'));
    expect((await groups().move(as, { id: 'group_finance_apac', parentGroupId: 'group_finance_emea' })).group?.path).toBe('finance.emea.apac');
    expect((await groups().move(as, { id: 'group_finance_apac', parentGroupId: 'group_finance' })).group?.path).toBe('finance.apac');
    const { edges } = await queries().list(as, { spaceId: 'space_acme' }, {});
    expect(edges.length).toBeGreaterThan(3);
    expect(edges.every(({ node }) => node.path === 'finance' || node.path.startsWith('finance.'))).toBe(true);
  });

  test('a right over a Group goes where the Group goes', async () => {
    const { group } = await groups().create(world.as(), { id: 'group_mine', spaceId: 'space_acme', key: 'mine' });
    const mine = { level: 'group_admin', spaceId: 'space_acme', groupId: 'group_mine', groupPath: group?.path, permissionKey: 'groups:*' } as const;
    expect((await groups().update(world.as(adminOf(mine)), { id: 'group_mine', key: 'ours' })).group?.path).toBe('ours');
    const both = adminOf({ ...mine, groupPath: 'ours' }, { ...mine, groupId: 'group_finance', groupPath: 'finance' });
    expect((await groups().move(world.as(both), { id: 'group_mine', parentGroupId: 'group_finance' })).group?.path).toBe('finance.ours');
    await groups().move(world.as(), { id: 'group_mine', parentGroupId: null });
  });

  test('who may only look is told so', async () => {
    const reader = world.as(spaceAdmin('space_acme', 'groups:read'));
    await expect(groups().disable(reader, { id: 'group_finance' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(groups().create(reader, { spaceId: 'space_acme', key: 'x' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });
});

describe('reading', () => {
  test('the list stands by path, in pages, filtered', async () => {
    const as = world.as(finance);
    const all = (await queries().list(as, { spaceId: 'space_acme' }, {})).edges.map(({ node }) => node.path);
    expect(all).toEqual(all.toSorted());
    const first = await queries().list(as, { spaceId: 'space_acme' }, { first: 2 });
    const next = await queries().list(as, { spaceId: 'space_acme' }, { first: 2, after: first.pageInfo.endCursor });
    expect([...first.edges, ...next.edges].map(({ node }) => node.path)).toEqual(all.slice(0, 4));
    expect((await queries().list(as, { spaceId: 'space_acme', search: 'JAPAN' }, {})).edges.map(({ node }) => node.path)).toEqual(['finance.apac.japan']);
    expect((await queries().list(as, { spaceId: 'space_acme', parentGroupId: 'group_finance_apac' }, {})).edges).toHaveLength(1);
    expect(await first.totalCount()).toBe(all.length);
  });

  test('the tree begins where the reach begins', async () => {
    const roots = async (caller: Caller, rootId?: string) => (await queries().roots(world.as(caller), 'space_acme', rootId, {})).edges.map(({ node }) => node.path);
    expect(await roots(finance)).toEqual(['finance']);
    expect(await roots(groupAdmin('space_acme', 'group_finance_apac', 'finance.apac'))).toEqual(['finance.apac']);
    expect(await roots(spaceAdmin('space_acme'))).toEqual(expect.arrayContaining(['finance', 'law', 'hub']));
    expect(await roots(spaceAdmin('space_acme'), 'group_finance_apac')).toEqual(['finance.apac']);
    expect(await roots(spaceAdmin('space_other'))).toEqual([]);
  });

  test('children of many parents come by one statement, in order, in pages', async () => {
    await groups().update(world.as(), { id: 'group_finance_emea', sortOrder: 1 });
    const [ofFinance, ofLegal, none] = await queries().children(world.as(), ['group_finance', 'group_legal', 'group_absent'], { first: 2 });
    expect(ofFinance?.edges.map(({ node }) => node.key)).toEqual(['emea', 'apac']);
    expect(ofFinance?.pageInfo.hasNextPage).toBe(true);
    expect(await ofFinance?.totalCount()).toBe(4);
    expect(ofLegal?.edges.map(({ node }) => node.key)).toEqual(['audit', 'emea']);
    expect(none?.edges).toEqual([]);
    const [rest] = await queries().children(world.as(), ['group_finance'], { first: 2, after: ofFinance?.pageInfo.endCursor });
    expect(rest?.edges.map(({ node }) => node.key)).toEqual(['hub', 'team']);
    const [hidden] = await queries().children(world.as(spaceAdmin('space_other')), ['group_finance'], {});
    expect(hidden?.edges).toEqual([]);
  });
});
