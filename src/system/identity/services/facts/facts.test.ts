import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import { adminOf, groupAdmin, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../../testing/identity-world.js';
import { makeAcme } from '../../testing/fixture.js';
import { spacesRef } from '../spaces.js';
import { factsExportRef, factsImportRef } from './index.js';

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

const jsonl = (...lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const importing = (text: string, more: object = {}, caller = world.as()) =>
  world.services.get(factsImportRef).importText(caller, { spaceId: 'space_acme', jsonl: text, ...more });
const exporting = async (from: IdentityWorld): Promise<string> => {
  const written: string[] = [];
  await from.services.get(factsExportRef).exportTo(from.as(), 'space_acme', async (text) => void written.push(text));
  return written.join('');
};

const ROLE = [
  { kind: 'permission', id: 'perm_approve', resourceType: 'invoice', action: 'approve', scope: 'group_tree' },
  { kind: 'role', id: 'role_approver', key: 'approver', name: 'Approver' },
  { kind: 'role_permission', id: 'rp_approver', roleId: 'role_approver', permissionId: 'perm_approve' },
];

describe('importFacts', () => {
  test('takes facts of every kind, in one transaction with one event', async () => {
    const text = jsonl(
      { kind: 'user', id: 'user_eve', email: 'eve@example.com', displayName: 'Eve', metadata: { nothing: null } },
      ...ROLE,
      { kind: 'group', id: 'group_ops', path: 'ops' },
      { kind: 'group', id: 'group_ops_eu', path: 'ops.eu', sortOrder: 3 },
      { kind: 'group', id: 'group_finance_latam', path: 'finance.latam' },
      { kind: 'member', id: 'member_eve', displayName: 'Eve', externalId: 'E-1' },
      { kind: 'user_member', id: 'um_eve', userId: 'user_eve', memberId: 'member_eve', isPrimary: true, expiresAt: '2030-01-01T00:00:00.123456Z' },
      { kind: 'user_member', id: 'um_alice_eve', userId: 'user_alice', memberId: 'member_eve', status: 'revoked', revokedReason: 'left' },
      { kind: 'member_role', id: 'mr_eve', memberId: 'member_eve', roleId: 'role_approver', scopeAnchorGroupId: 'group_ops' },
      { kind: 'member_role', memberId: 'member_finance_reviewer', roleId: 'role_approver', scopeAnchorGroupId: 'group_finance' },
    );
    const before = world.events.length;
    const report = await importing(text);
    expect(report).toMatchObject({ errors: [], dryRun: false, lines: 12, created: 12, updated: 0, unchanged: 0, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(world.events.slice(before)).toEqual([expect.objectContaining({
      type: 'facts.imported', spaceId: 'space_acme',
      details: expect.objectContaining({ sha256: report.sha256, created: 12, kinds: expect.objectContaining({ group: 3, member_role: 2 }) }),
    })]);
    expect(await world.one(sql`SELECT path, depth, parent_group_id, key FROM sys_identity.groups WHERE id = 'group_finance_latam'`))
      .toEqual({ path: 'finance.latam', depth: 1, parent_group_id: 'group_finance', key: 'latam' });
    expect(await world.one(sql`SELECT removed FROM sys_authz.fact_version WHERE kind = 'member_role' AND id = 'mr_eve'`)).toEqual({ removed: false });
  });

  test('a line that is stored already changes nothing, one that differs is updated', async () => {
    const again = await importing(jsonl(...ROLE, { kind: 'member', id: 'member_eve', displayName: 'Eve E.', externalId: 'E-1' },
      { kind: 'member_role', memberId: 'member_eve', roleId: 'role_approver', scopeAnchorGroupId: 'group_ops' }));
    expect(again).toMatchObject({ errors: [], lines: 5, created: 0, updated: 1, unchanged: 4 });
    expect(await world.one(sql`SELECT display_name, version FROM sys_identity.members WHERE id = 'member_eve'`)).toEqual({ display_name: 'Eve E.', version: 2 });
  });

  test('a dry run says the same and leaves nothing', async () => {
    const before = { events: world.events.length, members: await world.count('sys_identity.members'), revisions: await world.count('sys_authz.fact_version') };
    const report = await importing(jsonl({ kind: 'member', id: 'member_dry', displayName: 'Dry' }), { dryRun: true, idempotencyKey: 'dry' });
    expect(report).toMatchObject({ errors: [], dryRun: true, lines: 1, created: 1 });
    expect({ events: world.events.length, members: await world.count('sys_identity.members'), revisions: await world.count('sys_authz.fact_version') }).toEqual(before);
  });

  test('one wrong line refuses all, and every wrong line and field is named', async () => {
    const before = await world.count('sys_identity.members');
    const { errors } = await importing(`${jsonl({ kind: 'member', id: 'member_good', displayName: 'Good' })}not json\n\n${jsonl(
      { kind: 'thing', id: 'thing_1' },
      { kind: 'member', id: 'member_bad', memberType: 'robot', colour: 'red' },
      { kind: 'group', id: 'group_bad', path: 'Finance!' },
      { kind: 'user_member', id: 'um_bad', userId: 'user_alice', memberId: 'member_good', revokedAt: '2020-01-01T00:00:00Z' },
    )}`);
    expect(errors.map(({ path }) => path.slice(2).join('.'))).toEqual(['2', '4.kind', '5.colour', '5.displayName', '5.memberType', '6.path', '7.revokedAt']);
    expect(errors.every(({ path, message }) => path[1] === 'jsonl' && message.startsWith(`Line ${path[2]}`))).toBe(true);
    expect(await world.count('sys_identity.members')).toBe(before);
  });

  test.each([
    ['an absent Member', { kind: 'member_role', memberId: 'member_absent', roleId: 'role_approver' }, 'memberId', 'MEMBER_NOT_FOUND'],
    ['a Member of another Space', { kind: 'member_role', memberId: 'member_other', roleId: 'role_approver' }, 'memberId', 'MEMBER_NOT_FOUND'],
    ['a Group of another Space', { kind: 'member_role', memberId: 'member_eve', roleId: 'role_approver', scopeAnchorGroupId: 'group_sales' }, 'scopeAnchorGroupId', 'GROUP_NOT_FOUND'],
    ['the id of another Space', { kind: 'member', id: 'member_other', displayName: 'Taken over' }, 'id', 'ID_UNAVAILABLE'],
    ['a missing parent', { kind: 'group', id: 'group_deep', path: 'nowhere.deep' }, 'path', 'GROUP_NOT_FOUND'],
    ['a move', { kind: 'group', id: 'group_finance_apac', path: 'apac' }, 'path', 'VALIDATION_FAILED'],
    ['a path that another Group has', { kind: 'group', id: 'group_twin', path: 'finance' }, 'path', 'ALREADY_EXISTS'],
    ['an external id that another Member has', { kind: 'member', id: 'member_twin', displayName: 'Twin', externalId: 'E-1' }, 'externalId', 'ALREADY_EXISTS'],
    ['an address that another User has', { kind: 'user', id: 'user_twin', email: 'ALICE@example.com' }, 'email', 'ALREADY_EXISTS'],
    ['an assignment under another id', { kind: 'member_role', id: 'mr_twin', memberId: 'member_eve', roleId: 'role_approver', scopeAnchorGroupId: 'group_ops' }, 'memberId', 'ALREADY_EXISTS'],
    ['a binding that changes its Member', { kind: 'user_member', id: 'um_eve', userId: 'user_eve', memberId: 'member_finance_reviewer' }, 'memberId', 'VALIDATION_FAILED'],
  ])('%s is refused', async (_what, line, field, code) => {
    const { errors } = await importing(jsonl({ kind: 'member', id: 'member_first', displayName: 'First' }, line));
    expect(errors).toEqual([expect.objectContaining({ code, path: ['input', 'jsonl', '2', field] })]);
    expect(await world.database.query(sql`SELECT 1 AS one FROM sys_identity.members WHERE id = 'member_first'`)).toEqual([]);
  });

  test('takes rules: denials, conditions, periods, inherited Roles, separation of duty', async () => {
    const text = jsonl(
      { kind: 'permission', id: 'perm_no_approval', resourceType: 'invoice', action: 'approve', scope: 'group_tree', effect: 'deny', condition: 'resource.status == "frozen"' },
      { kind: 'permission', id: 'perm_unused', resourceType: 'invoice', action: 'print', scope: 'space' },
      { kind: 'role', id: 'role_base', key: 'base', name: 'Base', requestable: true },
      { kind: 'role', id: 'role_upper', key: 'upper', name: 'Upper' },
      { kind: 'role_permission', roleId: 'role_base', permissionId: 'perm_no_approval' },
      { kind: 'role_inheritance', roleId: 'role_upper', inheritedRoleId: 'role_base' },
      { kind: 'role_inheritance', id: 'ri_revoked', roleId: 'role_upper', inheritedRoleId: 'role_approver', status: 'revoked' },
      { kind: 'member_role', id: 'mr_rules', memberId: 'member_eve', roleId: 'role_upper', startsAt: '2026-01-01T00:00:00Z', expiresAt: '2031-01-01T00:00:00Z', condition: 'actor.isMachine' },
      { kind: 'separation_rule', id: 'sod_roles', name: 'Apart', roleIds: ['role_upper', 'role_approver', 'role_base'], atMost: 2 },
      { kind: 'separation_rule', id: 'sod_permissions', name: 'Apart', permissionIds: ['perm_unused', 'perm_approve'], status: 'disabled' },
    );
    expect(await importing(text)).toMatchObject({ errors: [], created: 10 });
    expect(await importing(text)).toMatchObject({ errors: [], unchanged: 10 });
    expect(await world.one(sql`SELECT effect, condition FROM sys_authz.permissions WHERE id = 'perm_no_approval'`)).toEqual({ effect: 'deny', condition: 'resource.status == "frozen"' });
    expect(await world.one(sql`SELECT starts_at, condition FROM sys_authz.member_roles WHERE id = 'mr_rules'`)).toEqual({ starts_at: new Date('2026-01-01T00:00:00Z'), condition: 'actor.isMachine' });
    expect(await world.one(sql`SELECT role_ids, at_most FROM sys_authz.separation_rules WHERE id = 'sod_roles'`)).toEqual({ role_ids: ['role_upper', 'role_approver', 'role_base'], at_most: 2 });
    expect(await importing(jsonl({ kind: 'separation_rule', id: 'sod_roles', name: 'Apart', roleIds: ['role_upper', 'role_base'] }))).toMatchObject({ errors: [], updated: 1 });
  });

  test.each([
    ['a condition that does not compile', { kind: 'member_role', memberId: 'member_eve', roleId: 'role_base', condition: 'wrong' }, 'condition', 'VALIDATION_FAILED'],
    ['an empty condition', { kind: 'member_role', memberId: 'member_eve', roleId: 'role_base', condition: '' }, 'condition', 'VALIDATION_FAILED'],
    ['a start after the end', { kind: 'member_role', memberId: 'member_eve', roleId: 'role_base', startsAt: '2031-01-01T00:00:00Z', expiresAt: '2030-01-01T00:00:00Z' }, 'startsAt', 'VALIDATION_FAILED'],
    ['another effect', { kind: 'permission', id: 'perm_unused', resourceType: 'invoice', action: 'print', scope: 'space', effect: 'deny' }, 'effect', 'VALIDATION_FAILED'],
    ['another condition', { kind: 'permission', id: 'perm_unused', resourceType: 'invoice', action: 'print', scope: 'space', condition: 'actor.isMachine' }, 'condition', 'VALIDATION_FAILED'],
    ['a rule that is there', { kind: 'permission', id: 'perm_twin', resourceType: 'invoice', action: 'print', scope: 'space' }, 'resourceType', 'ALREADY_EXISTS'],
    ['a global scope in force', { kind: 'permission', id: 'perm_global', resourceType: 'invoice', action: 'print', scope: 'global' }, 'status', 'VALIDATION_FAILED'],
    ['a Role that inherits itself', { kind: 'role_inheritance', roleId: 'role_base', inheritedRoleId: 'role_base' }, 'inheritedRoleId', 'VALIDATION_FAILED'],
    ['a cycle', { kind: 'role_inheritance', roleId: 'role_base', inheritedRoleId: 'role_upper' }, 'inheritedRoleId', 'ROLE_CYCLE'],
    ['an absent Role in a rule', { kind: 'separation_rule', id: 'sod_new', name: 'New', roleIds: ['role_base', 'role_absent'] }, 'roleIds', 'ROLE_NOT_FOUND'],
    ['a Role twice in a rule', { kind: 'separation_rule', id: 'sod_new', name: 'New', roleIds: ['role_base', 'role_base'] }, 'roleIds', 'VALIDATION_FAILED'],
    ['no list in a rule', { kind: 'separation_rule', id: 'sod_new', name: 'New', roleIds: 'role_base' }, 'roleIds', 'VALIDATION_FAILED'],
    ['one Permission in a rule', { kind: 'separation_rule', id: 'sod_new', name: 'New', permissionIds: ['perm_unused'] }, 'permissionIds', 'VALIDATION_FAILED'],
    ['Roles and Permissions in a rule', { kind: 'separation_rule', id: 'sod_new', name: 'New', roleIds: ['role_base', 'role_upper'], permissionIds: ['perm_unused'] }, 'permissionIds', 'VALIDATION_FAILED'],
    ['a rule that allows all', { kind: 'separation_rule', id: 'sod_new', name: 'New', roleIds: ['role_base', 'role_upper'], atMost: 2 }, 'atMost', 'VALIDATION_FAILED'],
  ])('%s is refused', async (_what, line, field, code) => {
    const { errors } = await importing(jsonl({ kind: 'member', id: 'member_first', displayName: 'First' }, line));
    expect(errors).toEqual([expect.objectContaining({ code, path: ['input', 'jsonl', '2', field] })]);
    expect(await importing(jsonl({ kind: 'member', id: 'member_first', displayName: 'First' }, line), { dryRun: true })).toMatchObject({ errors });
    expect(await world.database.query(sql`SELECT 1 AS one FROM sys_identity.members WHERE id = 'member_first'`)).toEqual([]);
  });

  test('a chain of more than 16 inheritances is refused, and every line of it is named', async () => {
    const roles = Array.from({ length: 18 }, (_, n) => ({ kind: 'role', id: `role_c${n}`, key: `c${n}`, name: 'Link' }));
    const links = Array.from({ length: 17 }, (_, n) => ({ kind: 'role_inheritance', roleId: `role_c${n}`, inheritedRoleId: `role_c${n + 1}` }));
    const { errors } = await importing(jsonl(...roles, ...links));
    expect(errors.map(({ code, path }) => [code, path[2]])).toEqual(links.map((_, n) => ['ROLE_CHAIN_TOO_LONG', String(19 + n)]));
    expect(await importing(jsonl(...roles, ...links.slice(1)))).toMatchObject({ errors: [], created: 34 });
  });

  test('an id or key that stands twice, and a reference to a later line, are refused', async () => {
    const { errors } = await importing(jsonl(
      { kind: 'member_role', memberId: 'member_later', roleId: 'role_approver' },
      { kind: 'member', id: 'member_later', displayName: 'Later' },
      { kind: 'member', id: 'member_later', displayName: 'Again' },
      { kind: 'group', id: 'group_one', path: 'same' },
      { kind: 'group', id: 'group_two', path: 'same' },
    ));
    expect(errors.map(({ code, path }) => [code, path[2], path[3]])).toEqual([
      ['MEMBER_NOT_FOUND', '1', 'memberId'], ['ALREADY_EXISTS', '3', 'id'], ['ALREADY_EXISTS', '5', 'path'],
    ]);
  });

  test('chunks count their lines on', async () => {
    const { errors } = await importing(jsonl({ kind: 'member', id: 'nobody', displayName: 'X' }), { firstLine: 20_001 });
    expect(errors[0]?.path).toEqual(['input', 'jsonl', '20001', 'id']);
  });

  test('the same idempotency key acts once', async () => {
    const text = jsonl({ kind: 'member', id: 'member_once', displayName: 'Once' });
    const first = await importing(text, { idempotencyKey: 'import-1' });
    const before = world.events.length;
    expect(await importing(text, { idempotencyKey: 'import-1' })).toEqual(first);
    expect(world.events.length).toBe(before);
  });

  test('ends the sessions of who is disabled by it, each with its event', async () => {
    await importing(jsonl(...['user_out', 'user_stays'].map((id) => ({ kind: 'user', id, email: `${id}@example.com` }))));
    await world.database.query(sql`INSERT INTO sys_identity.sessions (id, user_id, expires_at)
      SELECT id, user_id, now() + interval '1 hour' FROM (VALUES ('sess_out_1', 'user_out'), ('sess_out_2', 'user_out'), ('sess_stays', 'user_stays')) s (id, user_id)`);
    const before = world.events.length;
    await importing(jsonl({ kind: 'user', id: 'user_out', email: 'user_out@example.com', status: 'disabled' }, { kind: 'user', id: 'user_stays', email: 'user_stays@example.com' }));
    const written = world.events.slice(before).map(({ type, target, details }) => ({ type, id: target.id, reason: details?.['reason'] }));
    expect(written.toSorted((left, right) => left.id.localeCompare(right.id))).toEqual([
      { type: 'session.ended', id: 'sess_out_1', reason: 'user_disabled' }, { type: 'session.ended', id: 'sess_out_2', reason: 'user_disabled' },
      { type: 'facts.imported', id: 'space_acme', reason: undefined },
    ]);
    expect(await world.database.query(sql`SELECT id FROM sys_identity.sessions WHERE id LIKE 'sess_%' AND ended_at IS NULL AND user_id LIKE 'user_%s'`)).toEqual([{ id: 'sess_stays' }]);
  });

  test('needs facts:import at the Space, and more for what belongs to the instance', async () => {
    const member = jsonl({ kind: 'member', id: 'member_rights', displayName: 'R' });
    const acme = world.as(spaceAdmin('space_acme'));
    await expect(importing(member, {}, world.as(spaceAdmin('space_acme', 'members:*')))).resolves
      .toMatchObject({ errors: [expect.objectContaining({ code: 'SPACE_NOT_FOUND', path: ['input', 'spaceId'] })] });
    await expect(importing(member, {}, world.as(adminOf({ level: 'space_admin', spaceId: 'space_acme', permissionKey: 'spaces:read' })))).rejects
      .toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(importing(member, {}, world.as(groupAdmin('space_acme', 'group_finance', 'finance', '*')))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await importing(member, {}, world.as(spaceAdmin('space_other')))).errors).toEqual([expect.objectContaining({ code: 'SPACE_NOT_FOUND' })]);
    await expect(importing(jsonl({ kind: 'user', id: 'user_new', email: 'new@example.com' }), {}, acme)).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(importing(jsonl({ ...ROLE[0], scope: 'space', id: 'perm_more' }), {}, acme)).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect(await importing(`${jsonl(...ROLE)}${member}`, {}, acme)).toMatchObject({ errors: [], created: 1, unchanged: 3 });
    expect((await importing(jsonl({ kind: 'user_member', id: 'um_stranger', userId: 'user_stranger', memberId: 'member_eve' }), {}, acme)).errors)
      .toEqual([expect.objectContaining({ code: 'USER_NOT_FOUND', path: ['input', 'jsonl', '1', 'userId'] })]);
  });

  test('a log that fails takes the facts back', async () => {
    world.breakLog('the log is broken');
    await expect(importing(jsonl({ kind: 'member', id: 'member_unlogged', displayName: 'U' }))).rejects.toThrow('the log is broken');
    world.breakLog(undefined);
    expect(await world.database.query(sql`SELECT 1 AS one FROM sys_identity.members WHERE id = 'member_unlogged'`)).toEqual([]);
  });

  test('a stream is checked as a whole before its first batch is applied', async () => {
    const members = Array.from({ length: 6_000 }, (_, n) => jsonl({ kind: 'member', id: `member_s${n}`, displayName: `S ${n}` }));
    const stream = (parts: readonly string[]) => async function* () {
      for (const part of parts) yield Buffer.from(part);
    };
    const bad = [...members, jsonl({ kind: 'member_role', memberId: 'member_s1', roleId: 'role_absent' })];
    const service = world.services.get(factsImportRef);
    const refused = await service.importStream(world.as(), { spaceId: 'space_acme', open: stream(bad) });
    expect(refused.errors).toEqual([expect.objectContaining({ code: 'ROLE_NOT_FOUND', path: ['input', 'jsonl', '6001', 'roleId'] })]);
    expect(await world.database.query(sql`SELECT 1 AS one FROM sys_identity.members WHERE id = 'member_s0'`)).toEqual([]);

    const before = world.events.length;
    const good = await service.importStream(world.as(), { spaceId: 'space_acme', open: stream([...members, jsonl({ kind: 'member_role', memberId: 'member_s1', roleId: 'role_approver' })]) });
    expect(good).toMatchObject({ errors: [], lines: 6_001, created: 6_001 });
    expect(world.events.slice(before).map(({ type }) => type)).toEqual(['facts.imported', 'facts.imported']);
  });
});

describe('exportSpace', () => {
  test('an export, imported into an empty database, gives the same export', async () => {
    const first = await exporting(world);
    expect(first.split('\n').length).toBeGreaterThan(6_000);
    const emptyDatabase = await createTestDatabase();
    const empty = openIdentityWorld(emptyDatabase.appUrl);
    try {
      await empty.services.get(spacesRef).create(empty.as(), { id: 'space_acme', name: 'Acme' });
      const report = await empty.services.get(factsImportRef).importStream(empty.as(), { spaceId: 'space_acme', open: async function* () { yield first; } });
      expect(report).toMatchObject({ errors: [], created: first.split('\n').length - 1, updated: 0 });
      expect(await exporting(empty)).toBe(first);
    } finally {
      await empty.close();
      await emptyDatabase.drop();
    }
  }, 60_000);

  test('pages join to the whole, each with its event', async () => {
    const whole = await exporting(world);
    expect(world.events.at(-1)).toMatchObject({ type: 'space.exported', target: { id: 'space_acme' }, details: { lines: whole.split('\n').length - 1 } });
    const service = world.services.get(factsExportRef);
    const pages: string[] = [];
    for (let after: string | null | undefined; ;) {
      const page = await service.exportPage(world.as(), { spaceId: 'space_acme', first: 997, after });
      expect(world.events.at(-1)).toMatchObject({ type: 'space.exported', details: { sha256: page.sha256 } });
      pages.push(page.jsonl ?? '');
      after = page.endCursor;
      if (page.hasNextPage !== true) break;
    }
    expect(pages.join('')).toBe(whole);
  });

  test('holds nothing of another Space', async () => {
    const whole = await exporting(world);
    expect(whole).not.toMatch(/member_other|group_sales|space_other/);
  });

  test('needs facts:export and users:read in the Space', async () => {
    const service = world.services.get(factsExportRef);
    const page = (permissionKey: string, spaceId = 'space_acme') => service.exportPage(world.as(spaceAdmin('space_acme', permissionKey)), { spaceId });
    await expect(page('facts:export')).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'users:read' } });
    expect((await page('*', 'space_other')).errors).toEqual([expect.objectContaining({ code: 'SPACE_NOT_FOUND' })]);
    expect((await page('*')).errors).toEqual([]);
    await expect(service.exportTo(world.as(spaceAdmin('space_acme', 'facts:export')), 'space_acme', async () => undefined)).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await service.exportPage(world.as(), { spaceId: 'space_acme', after: 'x' })).errors).toEqual([expect.objectContaining({ code: 'CURSOR_INVALID', path: ['input', 'after'] })]);
  });
});
