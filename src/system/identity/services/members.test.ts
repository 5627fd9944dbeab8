import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sql } from '../../../persistence/index.js';
import { groupAdmin, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { membersRef } from './members.js';

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

const members = () => world.services.get(membersRef);
const mistake = (code: string, field: string) => [expect.objectContaining({ code, path: ['input', field] })];

test('are created, changed, disabled and restored; names stay out of the log', async () => {
  const { member } = await members().create(world.as(), { spaceId: 'space_acme', displayName: 'Robot', memberType: 'service', externalId: 'R-2' });
  expect(member).toMatchObject({ id: expect.stringMatching(/^member_/), memberType: 'service', externalId: 'R-2', status: 'active' });
  const id = member?.id ?? '';
  expect((await members().update(world.as(), { id, displayName: 'Robot 2', externalId: null, expectedVersion: 1 })).member).toMatchObject({ displayName: 'Robot 2', externalId: null, version: 2 });
  expect(world.events.at(-1)).toEqual({
    type: 'member.updated', spaceId: 'space_acme', target: { type: 'Member', id }, changes: { externalId: ['R-2', null] }, details: { changedFields: ['displayName', 'externalId'] },
  });
  expect((await members().disable(world.as(), { id })).member?.status).toBe('disabled');
  expect((await members().restore(world.as(), { id })).member?.status).toBe('active');
  expect(world.events.slice(-2).map(({ type }) => type)).toEqual(['member.disabled', 'member.restored']);
  expect(JSON.stringify(world.events.filter(({ target }) => target.id === id))).not.toContain('Robot');
});

test.each([
  [{ displayName: '' }, 'displayName', 'VALIDATION_FAILED'],
  [{ displayName: 'x', externalId: '' }, 'externalId', 'VALIDATION_FAILED'],
  [{ displayName: 'x', externalId: 'TAKEN' }, 'externalId', 'ALREADY_EXISTS'],
  [{ displayName: 'x', id: 'user_x' }, 'id', 'VALIDATION_FAILED'],
  [{ displayName: 'x', id: 'member_other' }, 'id', 'ID_UNAVAILABLE'],
  [{ displayName: 'x', metadata: { big: 'x'.repeat(17_000) } }, 'metadata', 'VALIDATION_FAILED'],
  [{ displayName: 'x', spaceId: 'space_absent' }, 'spaceId', 'SPACE_NOT_FOUND'],
])('input %# is refused at its field', async (input, field, code) => {
  await members().create(world.as(), { id: 'member_taken', spaceId: 'space_acme', displayName: 'Taken', externalId: 'TAKEN' });
  const before = await world.count('sys_identity.members');
  expect((await members().create(world.as(), { spaceId: 'space_acme', ...input })).errors).toEqual(mistake(code, field));
  expect(await world.count('sys_identity.members')).toBe(before);
});

test('the same external id may stand in two Spaces', async () => {
  expect((await members().create(world.as(), { spaceId: 'space_other', displayName: 'Twin', externalId: 'TAKEN' })).errors).toEqual([]);
});

test('the list stands by display name, in pages, filtered', async () => {
  const names = async (filter: object) => (await members().list(world.as(), { spaceId: 'space_acme', ...filter }, {})).edges.map(({ node }) => node.displayName);
  expect(await names({})).toEqual(['APAC Invoice Creator', 'Finance Reviewer', 'Robot 2', 'Taken']);
  expect(await names({ memberType: 'service' })).toEqual(['Robot 2']);
  expect(await names({ externalId: 'TAKEN' })).toEqual(['Taken']);
  expect(await names({ search: 'invoice' })).toEqual(['APAC Invoice Creator']);
  await members().disable(world.as(), { id: 'member_taken' });
  expect(await names({ status: 'disabled' })).toEqual(['Taken']);
  const first = await members().list(world.as(), { spaceId: 'space_acme' }, { first: 3 });
  const back = await members().list(world.as(), { spaceId: 'space_acme' }, { last: 1, before: first.pageInfo.endCursor });
  expect(back.edges.map(({ node }) => node.displayName)).toEqual(['Finance Reviewer']);
});

test.each([
  ['an admin of another Space', spaceAdmin('space_other')],
  ['a Group admin with all keys', groupAdmin('space_acme', 'group_finance', 'finance', '*')],
])('%s reads and changes no Member', async (_who, caller) => {
  const as = world.as(caller);
  const id = 'member_finance_reviewer';
  const before = await world.one(sql`SELECT version, status FROM sys_identity.members WHERE id = ${id}`);
  for (const call of [members().update(as, { id, displayName: 'Mine' }), members().disable(as, { id }), members().restore(as, { id })]) {
    expect((await call).errors).toEqual(mistake('MEMBER_NOT_FOUND', 'id'));
  }
  expect((await members().list(as, { spaceId: 'space_acme' }, {})).edges).toEqual([]);
  expect(await members().byIds(as, [id])).toEqual([undefined]);
  expect(await world.one(sql`SELECT version, status FROM sys_identity.members WHERE id = ${id}`)).toEqual(before);
});

test('who may only look is told so, and cannot create', async () => {
  const reader = world.as(spaceAdmin('space_acme', 'members:read'));
  await expect(members().disable(reader, { id: 'member_finance_reviewer' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  await expect(members().create(reader, { spaceId: 'space_acme', displayName: 'x' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  expect((await members().create(world.as(spaceAdmin('space_other')), { spaceId: 'space_acme', displayName: 'x' })).errors).toEqual(mistake('SPACE_NOT_FOUND', 'spaceId'));
});

test('a lost race and a repeated key change nothing twice', async () => {
  expect((await members().update(world.as(), { id: 'member_taken', displayName: 'A', expectedVersion: 77 })).errors).toEqual(mistake('CONFLICT', 'expectedVersion'));
  const input = { spaceId: 'space_acme', displayName: 'Once', idempotencyKey: 'm1' };
  const first = await members().create(world.as(), input);
  expect((await members().create(world.as(), input)).member?.id).toBe(first.member?.id);
});
