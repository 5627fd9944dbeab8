import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sql } from '../../../persistence/index.js';
import { manualClock } from '../../../kernel/clock/index.js';
import { ServiceContainer } from '../../../kernel/services/index.js';
import { clockRef, loggerRef } from '../../shared/contracts/index.js';
import { adminOf, groupAdmin, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { PurgeSchedule, SpacePurge, spacePurgeRef } from './purge/index.js';
import { spacesRef } from './spaces.js';

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

const spaces = () => world.services.get(spacesRef);
const mistake = (code: string, field: string) => [expect.objectContaining({ code, path: ['input', field] })];

describe('Spaces', () => {
  test('are created, changed, disabled, deleted and restored', async () => {
    const { space } = await spaces().create(world.as(), { id: 'space_life', name: 'Life', slug: 'life', type: 'team' });
    expect(space).toMatchObject({ slug: 'life', type: 'team', status: 'active', version: 1 });
    expect((await spaces().update(world.as(), { id: 'space_life', name: 'Life!', slug: null, expectedVersion: 1 })).space).toMatchObject({ name: 'Life!', slug: null, version: 2 });
    expect((await spaces().disable(world.as(), { id: 'space_life' })).space?.status).toBe('disabled');
    const deleting = await spaces().delete(world.as(), { id: 'space_life' });
    expect(deleting.space).toMatchObject({ status: 'deleting', deleteAfter: expect.any(Date) });
    expect(world.events.at(-1)).toMatchObject({ type: 'space.deletion_requested', changes: { status: ['disabled', 'deleting'], deleteAfter: [null, expect.stringMatching(/Z$/)] } });
    expect((await spaces().update(world.as(), { id: 'space_life', name: 'x' })).errors).toEqual(mistake('SPACE_DELETION_PENDING', 'id'));
    expect((await spaces().disable(world.as(), { id: 'space_life' })).errors).toEqual(mistake('SPACE_DELETION_PENDING', 'id'));
    expect((await spaces().restore(world.as(), { id: 'space_life' })).space).toMatchObject({ status: 'active', deleteAfter: null });
  });

  test.each([
    [{ name: '' }, 'name', 'VALIDATION_FAILED'],
    [{ name: 'x', slug: 'No Slug' }, 'slug', 'VALIDATION_FAILED'],
    [{ name: 'x', type: 'No Type' }, 'type', 'VALIDATION_FAILED'],
    [{ name: 'x', id: 'acme' }, 'id', 'VALIDATION_FAILED'],
    [{ name: 'x', id: 'space_acme' }, 'id', 'ID_UNAVAILABLE'],
    [{ name: 'x', metadata: 'text' }, 'metadata', 'VALIDATION_FAILED'],
    [{ name: 'x', slug: 'taken' }, 'slug', 'ALREADY_EXISTS'],
  ])('input %# is refused at its field', async (input, field, code) => {
    await spaces().update(world.as(), { id: 'space_other', slug: 'taken' });
    expect((await spaces().create(world.as(), input)).errors).toEqual(mistake(code, field));
  });

  test('an admin of one Space reaches no other and creates none', async () => {
    const acme = world.as(spaceAdmin('space_acme'));
    expect((await spaces().list(acme, {}, {})).edges.map(({ node }) => node.id)).toEqual(['space_acme']);
    expect((await spaces().delete(acme, { id: 'space_other' })).errors).toEqual(mistake('SPACE_NOT_FOUND', 'id'));
    await expect(spaces().create(acme, { name: 'Mine' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(spaces().disable(world.as(spaceAdmin('space_acme', 'spaces:read')), { id: 'space_acme' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    const group = world.as(groupAdmin('space_acme', 'group_finance', 'finance', '*'));
    expect((await spaces().update(group, { id: 'space_acme', name: 'Mine' })).errors).toEqual(mistake('SPACE_NOT_FOUND', 'id'));
    expect(await spaces().byIds(world.as(adminOf()), ['space_acme'])).toEqual([undefined]);
  });

  test('the list filters by status and text', async () => {
    const ids = async (filter: object) => (await spaces().list(world.as(), filter, {})).edges.map(({ node }) => node.id);
    expect(await ids({ status: 'active', search: 'oth' })).toEqual(['space_other']);
    expect(await ids({ status: 'deleting' })).toEqual([]);
  });
});

describe('SpacePurge', () => {
  const purge = () => world.services.get(spacePurgeRef);
  const dueNow = (id: string) => world.database.query(sql`UPDATE sys_identity.spaces SET delete_after = now() - interval '1 second' WHERE id = ${id}`);

  test('removes what is due with everything in it, and leaves one event', async () => {
    await world.database.query(sql`INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_1', 'space_acme', 'r', 'R')`);
    await world.database.query(sql`INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES ('mr_1', 'space_acme', 'member_finance_reviewer', 'role_1', 'group_finance')`);
    await world.database.query(sql`INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES ('rt_1', 'invoice', 'Invoice')`);
    await world.database.query(sql`INSERT INTO sys_resource.resources (id, space_id, resource_type, group_id) VALUES ('invoice_1', 'space_acme', 'invoice', 'group_finance')`);
    await world.database.query(sql`INSERT INTO sys_admin.admin_grants (id, user_id, level, space_id, group_id, permission_key) VALUES ('ag_1', 'user_bob', 'group_admin', 'space_acme', 'group_finance', 'groups:*')`);
    await world.database.query(sql`INSERT INTO sys_identity.sessions (id, user_id, active_user_member_id, expires_at) VALUES ('sess_bob', 'user_bob', 'um_bob_finance_reviewer', now() + interval '1 hour')`);
    await spaces().delete(world.as(), { id: 'space_acme' });
    expect(await purge().sweep(world.as())).toEqual([]);
    await dueNow('space_acme');
    const before = world.events.length;
    expect(await purge().sweep(world.as())).toEqual(['space_acme']);
    expect(world.events.slice(before)).toEqual([{ type: 'space.deleted', spaceId: 'space_acme', target: { type: 'Space', id: 'space_acme' } }]);
    expect(world.published).toEqual([{ type: 'identity.space_deleted', spaceId: 'space_acme', subject: { type: 'Space', id: 'space_acme' }, payload: {} }]);
    for (const table of ['sys_identity.groups', 'sys_identity.members', 'sys_identity.user_members', 'sys_authz.roles', 'sys_authz.member_roles', 'sys_resource.resources', 'sys_admin.admin_grants']) {
      expect(await world.count(`${table} WHERE space_id = 'space_acme'`)).toBe(0);
    }
    expect(await world.one(sql`SELECT active_user_member_id FROM sys_identity.sessions WHERE id = 'sess_bob'`)).toEqual({ active_user_member_id: null });
    expect(await world.count('sys_identity.users')).toBe(2);
    expect(await world.one(sql`SELECT removed FROM sys_authz.fact_version WHERE kind = 'space' AND id = 'space_acme' ORDER BY rev DESC LIMIT 1`)).toEqual({ removed: true });
    expect(await world.count('sys_identity.spaces')).toBeGreaterThan(0);
  });

  test('a log that fails keeps the Space', async () => {
    await spaces().create(world.as(), { id: 'space_kept', name: 'Kept' });
    await spaces().delete(world.as(), { id: 'space_kept' });
    await dueNow('space_kept');
    world.breakLog('the log is broken');
    await expect(purge().sweep(world.as())).rejects.toThrow('could not be removed');
    world.breakLog(undefined);
    expect((await spaces().byIds(world.as(), ['space_kept']))[0]?.status).toBe('deleting');
  });

  test('nodes that sweep at one moment remove each Space once', async () => {
    const before = world.events.filter(({ type }) => type === 'space.deleted').length;
    const removed = (await Promise.all([1, 2, 3, 4].map(() => purge().sweep(world.as())))).flat();
    expect(removed).toEqual(['space_kept']);
    expect(world.events.filter(({ type }) => type === 'space.deleted')).toHaveLength(before + 1);
  });

  test('the role of the server cannot remove a Space that is not due', async () => {
    await expect(world.database.query(sql`SELECT sys_identity.purge_space('space_other')`)).rejects.toThrow(/not due/);
    await expect(world.database.query(sql`DELETE FROM sys_identity.spaces WHERE id = 'space_other'`)).rejects.toThrow(/permission denied/);
  });

  test('the schedule sweeps, reports failures, and stops', async () => {
    const container = new ServiceContainer();
    const errors: unknown[] = [];
    let sweeps = 0;
    container.provide('test', clockRef, () => manualClock(0));
    container.provide('test', loggerRef, () => ({ error: (_message: string, fields: unknown) => errors.push(fields) }) as never);
    container.provide('test', spacePurgeRef, () => ({ sweep: async () => {
      sweeps += 1;
      throw new Error('no database');
    } }) as unknown as SpacePurge);
    const schedule = new PurgeSchedule();
    schedule.start(container.process, 5);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await schedule.stop();
    const seen = sweeps;
    expect(seen).toBeGreaterThan(1);
    expect(errors).toHaveLength(seen);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sweeps).toBe(seen);
  });
});
