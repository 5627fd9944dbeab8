import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { DatabaseKeyring, sql } from '../../persistence/index.js';
import type { AuditEntry, Caller } from '../shared/contracts/index.js';
import type { ListPage, PageInput } from '../shared/services/index.js';
import { actorNamesRef } from './services/read/actor-names.js';
import { auditReaderRef, type AuditQuery } from './services/read/audit-reader.js';
import { EventDetails, eventDetailsRef } from './services/read/event-details.js';
import type { PlacedEvent } from './services/read/event-record.js';
import { everywhere, openAuditWorld, over, person, thing, type AuditWorld } from './testing/audit-world.js';

const ROOT = person('root', everywhere('*'));
const READER = person('reader', everywhere());

let store: TestDatabase;
let world: AuditWorld;
let ids: string[];

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openAuditWorld(store.appUrl);
  await world.statements.query(sql`INSERT INTO sys_identity.users (id, email, display_name) VALUES ('user_ann', 'ann@example.com', 'Ann'), ('user_lone', 'lone@example.com', 'Lone')`);
  await world.statements.query(sql`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_a', 'A'), ('space_b', 'B')`);
  await world.statements.transaction(async (transaction) => {
    await transaction.query(sql`INSERT INTO sys_identity.groups (id, space_id, key, path, depth) VALUES ('group_top', 'space_a', 'top', 'top', 0), ('group_other', 'space_a', 'other', 'other', 0)`);
    await transaction.query(sql`INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth) VALUES ('group_low', 'space_a', 'group_top', 'low', 'top.low', 1)`);
    await transaction.query(sql`INSERT INTO sys_identity.members (id, space_id, display_name) VALUES ('member_ann', 'space_a', 'Ann of A')`);
    await transaction.query(sql`INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id) VALUES ('um_ann', 'user_ann', 'member_ann', 'space_a')`);
  });
  const ann: Caller = { ...person('ann'), actor: { userId: 'user_ann', memberId: 'member_ann', userMemberId: 'um_ann', spaceId: 'space_a' } };
  const entries: [Partial<AuditEntry>, Caller?][] = [
    [{ spaceId: '' }],
    [{ spaceId: 'space_a', target: { type: 'Group', id: 'group_low' }, groupId: 'group_low' }, ann],
    [{ spaceId: 'space_a', groupId: 'group_other' }, ann],
    [{ spaceId: 'space_a', type: 'thing.removed', risk: 'HIGH' }, ann],
    [{ spaceId: 'space_b', type: 'authorization.decision', action: 'invoice.approve', decision: 'DENY', denyCode: 'NO_GRANT', traceId: 'trc_9', details: { recordVersion: 1 } }],
    [{ spaceId: 'space_b', type: 'sign_in.failed', personal: { identifier: 'Mallory@example.com' } }, person('mallory')],
  ];
  ids = [];
  for (const [entry, caller] of entries) ids.push(await world.change(entry, world.as(caller, { ip: '198.51.100.4', id: `req_${ids.length}` })));
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

const list = (caller: Caller, filter: AuditQuery['filter'] = {}, page: PageInput = {}, more: Partial<AuditQuery> = {}): Promise<ListPage<PlacedEvent>> =>
  world.get(auditReaderRef).list(world.as(caller), { filter, personal: {}, oldestFirst: true, ...more }, page);

/** Numbers of the prepared events in an answer; readings of the log are left out. */
async function numbers(...parameters: Parameters<typeof list>): Promise<number[]> {
  return (await list(...parameters)).edges.map(({ node }) => ids.indexOf(node.id)).filter((number) => number >= 0);
}

describe('who sees what', () => {
  test.each<[string, Caller, number[]]>([
    ['the instance sees all', READER, [0, 1, 2, 3, 4, 5]],
    ['a Space sees its own', person('a', over('space_a')), [1, 2, 3]],
    ['two Spaces see theirs', person('ab', over('space_a'), over('space_b')), [1, 2, 3, 4, 5]],
    ['a Group sees its subtree', person('g', { level: 'group_admin', spaceId: 'space_a', groupId: 'group_top', groupPath: 'top', permissionKey: 'audit:read' }), [1]],
    ['a Space and a Group elsewhere see both', person('bg', over('space_b'), { level: 'group_admin', spaceId: 'space_a', groupId: 'group_other', groupPath: 'other', permissionKey: 'audit:*' }), [2, 4, 5]],
    ['another right sees nothing', person('x', everywhere('users:read')), []],
    ['a right that has run out sees nothing', person('late', { ...everywhere(), expiresAt: 1 }), []],
  ])('%s', async (_, caller, expected) => {
    expect(await numbers(caller)).toEqual(expected);
    const visible = await world.get(auditReaderRef).byIds(world.as(caller), [...ids, 'audit_absent', 'not an id']);
    expect(visible.map((event) => event?.id)).toEqual([...ids.map((id, number) => (expected.includes(number) ? id : undefined)), undefined, undefined]);
  });

  test('totals count what the caller sees', async () => {
    const { totalCount } = await list(person('ab', over('space_a'), over('space_b')), { types: ['thing.changed', 'thing.removed', 'sign_in.failed'] });
    expect(await totalCount()).toBe(4);
  });
});

describe('filters', () => {
  test.each<[AuditQuery['filter'], number[]]>([
    [{ spaceId: 'space_b' }, [4, 5]],
    [{ spaceId: '', types: ['thing.changed'] }, [0]],
    [{ types: ['thing.removed', 'sign_in.failed'] }, [3, 5]],
    [{ actorUserId: 'user_ann' }, [1, 2, 3]],
    [{ actorMemberId: 'member_ann', risk: 'HIGH' }, [3]],
    [{ actorUserMemberId: 'um_ann' }, [1, 2, 3]],
    [{ credentialId: 'sess_mallory' }, [5]],
    [{ targetType: 'Group', targetId: 'group_low' }, [1]],
    [{ action: 'invoice.approve' }, [4]],
    [{ decision: 'DENY' }, [4]],
    [{ denyCode: 'NO_GRANT', traceId: 'trc_9' }, [4]],
    [{ requestId: 'req_2' }, [2]],
    [{ from: new Date(0), to: new Date(1) }, []],
    [{ spaceId: 'space_unknown' }, []],
  ])('%j', async (filter, expected) => {
    expect(await numbers(READER, filter)).toEqual(expected);
  });

  test('personal values are found by their hashes, by those who may read them', async () => {
    expect(await numbers(ROOT, {}, {}, { personal: { identifier: 'mallory@EXAMPLE.com' } })).toEqual([5]);
    expect(await numbers(ROOT, {}, {}, { personal: { ip: '198.51.100.4' } })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await numbers(ROOT, {}, {}, { personal: { ip: '198.51.100.5' } })).toEqual([]);
    expect(await numbers(READER, {}, {}, { personal: { ip: '198.51.100.4' } })).toEqual([]);
    const mixed = person('m', everywhere(), over('space_b', 'audit:read_personal'));
    expect(await numbers(mixed, {}, {}, { personal: { ip: '198.51.100.4' } })).toEqual([4, 5]);
  });

  test('stay valid over a rotation of the filter key', async () => {
    await world.statements.transaction((transaction) => world.keyring.rotate('audit_filter', transaction));
    const late = await world.change({ spaceId: 'space_b' }, world.as(person('mallory'), { ip: '198.51.100.99' }));
    expect(await numbers(ROOT, {}, {}, { personal: { identifier: 'mallory@example.com' } })).toEqual([5]);
    expect((await list(ROOT, {}, {}, { personal: { ip: '198.51.100.99' } })).edges.map(({ node }) => node.id)).toEqual([late]);
  });

  test('that no event can match are refused by name', async () => {
    await expect(list(READER, { targetId: 'nul \0' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['targetId'] });
    await expect(list(READER, {}, { first: 5, after: Buffer.from('["auditEvents","x"]').toString('base64url') })).rejects.toMatchObject({ code: 'CURSOR_INVALID', path: ['after'] });
  });
});

describe('paging', () => {
  test('goes both ways, by the order of the log', async () => {
    const whole = (await list(READER, { spaceId: 'space_a' })).edges;
    const first = await list(READER, { spaceId: 'space_a' }, { first: 2 });
    expect(first.edges).toEqual(whole.slice(0, 2));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await list(READER, { spaceId: 'space_a' }, { first: 2, after: first.pageInfo.endCursor });
    expect(second.edges).toEqual(whole.slice(2, 4));
    const back = await list(READER, { spaceId: 'space_a' }, { last: 2, before: second.pageInfo.startCursor });
    expect(back.edges).toEqual(whole.slice(0, 2));
    const newest = await list(READER, { spaceId: 'space_a' }, { first: 10 }, { oldestFirst: false });
    expect(newest.edges.map(({ node }) => node.index)).toEqual(newest.edges.map(({ node }) => node.index).sort((a, b) => b - a));
    const tail = await list(READER, { spaceId: 'space_a' }, { last: 1 }, { oldestFirst: false });
    expect(tail.edges).toEqual(whole.slice(0, 1));
  });

  test('an event is there as soon as it is committed', async () => {
    for (let n = 0; n < 5; n++) {
      const id = await world.change({ spaceId: 'space_b', target: { type: 'Thing', id: `fresh_${n}` } });
      expect((await list(READER, { targetId: `fresh_${n}` })).edges.map(({ node }) => node.id)).toEqual([id]);
      const [next] = await world.log.recordNow(world.as(), [thing()]);
      expect((await world.get(auditReaderRef).byIds(world.as(READER), [next!]))[0]?.index).toEqual(expect.any(Number));
    }
  });
});

describe('details', () => {
  const event = async (number: number): Promise<PlacedEvent> => (await world.get(auditReaderRef).byIds(world.as(ROOT), [ids[number]!]))[0]!;

  test('personal values open for those who may read them there', async () => {
    const details = world.get(eventDetailsRef);
    expect(await details.personal(world.as(ROOT), await event(5))).toEqual({ ip: '198.51.100.4', identifier: 'Mallory@example.com' });
    expect(await details.personal(world.as(READER), await event(5))).toBeUndefined();
    expect(await details.personal(world.as(person('b', over('space_b', 'audit:read_personal'))), await event(5))).toMatchObject({ ip: '198.51.100.4' });
    expect(await details.personal(world.as(person('b', over('space_b', 'audit:read_personal'))), await event(1))).toBeUndefined();
  });

  test('an erased person cannot be opened any more, the others can', async () => {
    const sealed = await event(5);
    await world.statements.query(sql`UPDATE sys_kernel.key SET wrapped = NULL, erased_at = now() WHERE subject = 'user_mallory'`);
    // A node that starts now holds no key in memory.
    const fresh = new EventDetails(new DatabaseKeyring({ database: world.statements, masterKey: world.masterKey, now: Date.now }));
    expect(await fresh.personal(world.as(ROOT), sealed)).toEqual({ identifier: 'Mallory@example.com' });
  });

  test('traces are rendered by authorization, or say what a change did', async () => {
    const details = world.get(eventDetailsRef);
    expect(await details.trace(world.as(ROOT), await event(4))).toEqual({ rendered: { recordVersion: 1 } });
    expect(await details.trace(world.as(ROOT), await event(3))).toMatchObject({ decision: 'ALLOW', action: 'thing.removed', actor: { userId: 'user_ann' } });
  });

  test('names are joined within reach', async () => {
    const names = (caller: Caller): Promise<unknown[]> => {
      const loader = world.as(caller).services.get(actorNamesRef);
      return Promise.all([loader.user('user_ann'), loader.user('user_lone'), loader.member('member_ann')].map(async (name) => (await name) !== undefined));
    };
    expect(await names(ROOT)).toEqual([true, true, true]);
    expect(await names(person('a', over('space_a', '*')))).toEqual([true, false, true]);
    expect(await names(person('b', over('space_b', '*')))).toEqual([false, false, false]);
    expect(await names(READER)).toEqual([false, false, false]);
  });
});

test('reading leaves an event with filter and count, and personal filters sealed', async () => {
  const spy = person('spy', everywhere('*'));
  await list(spy, { types: ['thing.removed'] }, {}, { personal: { identifier: 'secret-name' } });
  const { edges } = await list(ROOT, { actorUserId: 'user_spy' });
  expect(edges).toHaveLength(1);
  const body = JSON.parse(edges[0]!.node.body!.toString('utf8'));
  expect(body).toMatchObject({ type: 'audit.read', details: { operation: 'list', filter: { types: ['thing.removed'] }, personalFilters: ['identifier'], count: 0 } });
  expect(edges[0]!.node.body!.toString('utf8')).not.toContain('secret-name');
});
