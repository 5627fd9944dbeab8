/**
 * Rows of the release-candidate plan that differ here: RC-3 says that the path of a Group cannot change; here it follows the parent
 * and the key (rename and move), and cannot be written. RC-5 (all migrations on an empty database) belongs to the migrations' own
 * tests.
 */
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startOn, startTestServer, testEnvironment, type TestServer } from '../../support/server.js';
import { builtInSchema } from '../../../src/boot/built-in-schema.js';
import { auditedDecisions, auditEvents } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check, explain, pastTrace, tryCheck, type Trace } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';

const lines: { readonly message: string; readonly request_id?: string; readonly level: string }[] = [];

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer({ log: (line) => lines.push(JSON.parse(line) as (typeof lines)[number]) });
  await createFinanceReviewer(server.admin);
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

describe('RC-1: FR-1 to FR-4 with the whole trace', () => {
  test.each([
    { id: 'RC-1', fr: 'FR-1', actor: ACTORS.alice, resource: 'invoice_001', group: 'finance.apac', denyCode: null, userStatus: 'ACTIVE', bindingStatus: 'ACTIVE', covered: true },
    { id: 'RC-1', fr: 'FR-2', actor: ACTORS.alice, resource: 'invoice_002', group: 'legal.emea', denyCode: 'SCOPE_OUT_OF_BOUNDS', userStatus: 'ACTIVE', bindingStatus: 'ACTIVE', covered: false },
    { id: 'RC-1', fr: 'FR-3', actor: ACTORS.bob, resource: 'invoice_001', group: 'finance.apac', denyCode: null, userStatus: 'ACTIVE', bindingStatus: 'ACTIVE', covered: true },
    { id: 'RC-1', fr: 'FR-4', actor: ACTORS.revoked, resource: 'invoice_001', group: 'finance.apac', denyCode: 'USER_MEMBER_REVOKED', userStatus: 'ACTIVE', bindingStatus: 'REVOKED', covered: true },
  ])('$id: $fr', async ({ actor, resource, group, denyCode, userStatus, bindingStatus, covered }) => {
    // Names and metadata are shown to those who may read them, so this key may.
    const key = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check', 'users:read', 'members:read', 'spaces:read', 'resources:read'] });
    const trace = await explain(key.with({ 'user-agent': 'rc/1', 'x-request-id': `req_rc_1_${actor.userMemberId}_${resource}` }), approve(actor, resource));
    const decision = denyCode === null ? 'ALLOW' : 'DENY';
    expect(trace).toMatchObject({
      traceVersion: '1.0', traceId: expect.stringMatching(/^trc_/) as unknown, contextMode: 'STORED', decision, denyCode, reason: expect.stringMatching(/\.$/) as unknown,
      actor: {
        user: { id: actor.userId, email: `${actor.userId.slice(5)}@example.com`, status: userStatus },
        member: { id: 'member_finance_reviewer', spaceId: 'space_acme', displayName: 'Finance Reviewer', status: 'ACTIVE' },
        userMember: { id: actor.userMemberId, userId: actor.userId, memberId: 'member_finance_reviewer', spaceId: 'space_acme', status: bindingStatus },
        space: { id: 'space_acme', name: 'Acme', status: 'ACTIVE' },
      },
      space: { id: 'space_acme', name: 'Acme', status: 'ACTIVE' },
      target: {
        resource: {
          id: resource, type: 'invoice', spaceId: 'space_acme', groupPath: group, ownerMemberId: 'member_invoice_creator', visibility: 'PRIVATE', status: 'ACTIVE',
          metadata: { number: resource === 'invoice_001' ? 'INV-001' : 'INV-002', region: resource === 'invoice_001' ? 'APAC' : 'EMEA' },
        },
        group: { path: group, status: 'ACTIVE' },
      },
      resourceRegistry: {
        resourceType: { id: 'rt_invoice', key: 'invoice', status: 'ACTIVE' }, action: { key: 'approve', riskLevel: 'HIGH', auditDefault: true, status: 'ACTIVE' },
        mapping: { storageKind: 'internal_table', status: 'ACTIVE' },
      },
      request: { requestId: `req_rc_1_${actor.userMemberId}_${resource}`, ip: '127.0.0.1', userAgent: 'rc/1' },
      audit: {
        auditEventId: trace.auditEventId, actorUserId: actor.userId, actorMemberId: actor.memberId, actorUserMemberId: actor.userMemberId, spaceId: 'space_acme',
        action: 'invoice.approve', resourceType: 'invoice', resourceId: resource, decision, denyCode,
      },
    });
    expect(trace.matchedCandidates).toMatchObject([{
      role: { id: 'role_finance_approver', key: 'finance_approver', spaceId: 'space_acme' },
      permission: { id: 'perm_invoice_approve_group_tree', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE' },
      memberRoleId: 'mr_finance_reviewer_approver_finance', memberRoleSpaceId: 'space_acme',
      scopeAnchor: { id: 'group_finance', spaceId: 'space_acme', path: 'finance', status: 'ACTIVE' },
      scopeCheck: { covered, rule: expect.any(String) as unknown, reason: expect.any(String) as unknown },
    }]);
  });
});

describe('RC-2: the audit log', () => {
  test('RC-2: is filtered by actor, resource, decision, deny code and request id', async () => {
    const id = 'req_rc_2';
    for (const [actor, resource] of [[ACTORS.alice, 'invoice_001'], [ACTORS.alice, 'invoice_002'], [ACTORS.bob, 'invoice_001'], [ACTORS.revoked, 'invoice_001']] as const) {
      await tryCheck(backend, approve(actor, resource), { 'x-request-id': id });
    }
    const found = async (filter: object): Promise<string[]> => {
      const events = await auditedDecisions(server.admin, { requestId: id, ...filter });
      return events.map(({ actor, target, denyCode }) => `${actor.userMemberId} ${target.id} ${denyCode ?? 'ALLOW'}`);
    };
    const [fr1, fr2, fr3, fr4] = [
      'um_alice_finance_reviewer invoice_001 ALLOW', 'um_alice_finance_reviewer invoice_002 SCOPE_OUT_OF_BOUNDS', 'um_bob_finance_reviewer invoice_001 ALLOW',
      'um_alice_finance_reviewer_revoked invoice_001 USER_MEMBER_REVOKED',
    ];
    expect(await found({})).toEqual([fr1, fr2, fr3, fr4]);
    expect(await found({ actorUserId: 'user_alice' })).toEqual([fr1, fr2, fr4]);
    expect(await found({ actorMemberId: 'member_finance_reviewer' })).toEqual([fr1, fr2, fr3, fr4]);
    expect(await found({ actorUserMemberId: 'um_bob_finance_reviewer' })).toEqual([fr3]);
    expect(await found({ targetType: 'invoice', targetId: 'invoice_002' })).toEqual([fr2]);
    expect(await found({ decision: 'ALLOW' })).toEqual([fr1, fr3]);
    expect(await found({ denyCode: 'USER_MEMBER_REVOKED' })).toEqual([fr4]);
    expect(await found({ requestId: 'req_other' })).toEqual([]);
  });

  test('RC-2: one event is read by its id, with its trace', async () => {
    const answer = await check(backend, approve(ACTORS.alice, 'invoice_002'));
    const { auditEvent } = await server.admin.data<{ auditEvent: object }>('query ($id: ID!) { auditEvent(id: $id) { id type decision denyCode traceId trace } }', { id: answer.auditEventId });
    expect(auditEvent).toMatchObject({ id: answer.auditEventId, type: 'authorization.decision', denyCode: 'SCOPE_OUT_OF_BOUNDS', trace: { traceId: answer.traceId, denyCode: 'SCOPE_OUT_OF_BOUNDS' } });
    expect(await server.admin.data('{ auditEvent(id: "audit_nothing") { id } }')).toEqual({ auditEvent: null });
  });

  test('RC-2: no mutation changes or removes an event', async () => {
    const mutations = Object.values((await builtInSchema()).raw.getMutationType()?.getFields() ?? {});
    expect(mutations.filter(({ name, type }) => /audit|event|log\b/i.test(`${name} ${String(type)}`))).toEqual([]);
    for (const path of ['/audit', '/api/v1/audit-logs/audit_1']) for (const method of ['PUT', 'PATCH', 'DELETE']) expect((await fetch(`${server.url}${path}`, { method })).status).toBe(404);
  });

  test('RC-2: not even the server can, and the owner of the table neither', async () => {
    const { auditEventId } = await check(backend, approve(ACTORS.alice, 'invoice_001'));
    for (const statement of [`UPDATE sys_audit.event SET decision = 'DENY' WHERE id = '${auditEventId}'`, `DELETE FROM sys_audit.event WHERE id = '${auditEventId}'`, 'TRUNCATE sys_audit.event']) {
      for (const ownerUrl of [server.database.ownerUrl, server.database.appUrl]) await expect(asOwner({ ownerUrl }, (client) => client.query(statement))).rejects.toMatchObject({ code: '42501' });
    }
    expect(await auditedDecisions(server.admin, { targetId: 'invoice_001', decision: 'ALLOW' })).toContainEqual(expect.objectContaining({ id: auditEventId }));
  });

  test('RC-2: a trace reads the same after Role, Group, Resource, binding and type have changed', async () => {
    const { admin } = server;
    const { auditEventId } = await check(backend, approve(ACTORS.alice, 'invoice_001'));
    const asText = ({ request, audit, ...trace }: Trace): string => JSON.stringify({ trace, audit, requestId: (request as { requestId: string }).requestId });
    const before = asText(await pastTrace(admin, auditEventId as string));
    expect(before).toContain('"path":"finance.apac"');

    await admin.mutate('createGroup', { id: 'group_archive', spaceId: 'space_acme', path: 'archive' }, 'group { id }');
    const edits: [string, object, string, object][] = [
      ['moveGroup', { id: 'group_finance_apac', parentGroupId: 'group_archive' }, 'moveGroup', { id: 'group_finance_apac', parentGroupId: 'group_finance' }],
      ['updateGroup', { id: 'group_finance', key: 'money' }, 'updateGroup', { id: 'group_finance', key: 'finance' }],
      ['disableRole', { id: 'role_finance_approver' }, 'restoreRole', { id: 'role_finance_approver' }],
      ['disablePermission', { id: 'perm_invoice_approve_group_tree' }, 'restorePermission', { id: 'perm_invoice_approve_group_tree' }],
      ['updateResource', { id: 'invoice_001', groupId: 'group_legal', ownerMemberId: 'member_finance_reviewer', visibility: 'SPACE' }, 'updateResource', { id: 'invoice_001', groupId: 'group_finance_apac', ownerMemberId: 'member_invoice_creator', visibility: 'PRIVATE' }],
      ['archiveResource', { id: 'invoice_001' }, 'restoreResource', { id: 'invoice_001' }],
      ['disableMember', { id: 'member_finance_reviewer' }, 'restoreMember', { id: 'member_finance_reviewer' }],
      ['disableUser', { id: 'user_alice' }, 'restoreUser', { id: 'user_alice' }],
      ['disableResourceType', { id: 'rt_invoice' }, 'restoreResourceType', { id: 'rt_invoice' }],
      ['updateResourceAction', { id: 'ra_invoice_approve', riskLevel: 'LOW' }, 'updateResourceAction', { id: 'ra_invoice_approve', riskLevel: 'HIGH' }],
      ['revokeMemberRole', { id: 'mr_finance_reviewer_approver_finance' }, 'createMemberRole', { memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance' }],
    ];
    for (const [edit, input, undo, undoInput] of edits) {
      await admin.mutate(edit, input, '');
      expect({ edit, trace: asText(await pastTrace(admin, auditEventId as string)) }).toEqual({ edit, trace: before });
      await admin.mutate(undo, undoInput, '');
    }
    expect(await check(backend, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });
  });
});

describe('RC-3: life of every kind of object', () => {
  const version = 'id status version';

  test.each<[string, string, { readonly id: string; readonly [field: string]: string }, object, [down: string, status: string, up: string][]]>([
    ['User', 'user', { id: 'user_rc', email: 'rc@example.com' }, { displayName: 'Changed' }, [['disable', 'DISABLED', 'restore']]],
    ['Space', 'space', { id: 'space_rc', name: 'RC' }, { name: 'Changed' }, [['disable', 'DISABLED', 'restore'], ['delete', 'DELETING', 'restore']]],
    ['Group', 'group', { id: 'group_rc', spaceId: 'space_acme', path: 'legal.rc' }, { displayName: 'Changed' }, [['disable', 'DISABLED', 'restore']]],
    ['Member', 'member', { id: 'member_rc', spaceId: 'space_acme', displayName: 'RC' }, { displayName: 'Changed' }, [['disable', 'DISABLED', 'restore']]],
    ['Role', 'role', { id: 'role_rc', spaceId: 'space_acme', key: 'rc', name: 'RC' }, { name: 'Changed' }, [['disable', 'DISABLED', 'restore']]],
    ['Permission', 'permission', { id: 'perm_rc', resourceType: 'invoice', action: 'rc', scope: 'SPACE' }, { description: 'Changed' }, [['disable', 'DISABLED', 'restore']]],
    ['Resource', 'resource', { id: 'invoice_rc', spaceId: 'space_acme', resourceType: 'invoice' }, { displayName: 'Changed' }, [['archive', 'ARCHIVED', 'restore'], ['delete', 'DELETED', 'restore']]],
  ])('RC-3: %s: create, read, update, take down and restore, each with its event', async (type, field, input, change, moves) => {
    const { admin } = server;
    const { id } = input;
    const select = `${field} { ${version} }`;
    const read = async (): Promise<unknown> => (await admin.data<Record<string, unknown>>(`query ($id: ID!) { ${select.replace(field, `${field}(id: $id)`)} node(id: $id) { __typename } }`, { id }))[field];
    expect(await admin.mutate(`create${type}`, input, select)).toMatchObject({ [field]: { id, status: 'ACTIVE', version: 1 } });
    expect(await read()).toEqual({ id, status: 'ACTIVE', version: 1 });
    expect(await admin.mutate(`update${type}`, { id, expectedVersion: 1, ...change }, select)).toMatchObject({ [field]: { status: 'ACTIVE', version: 2 } });
    let expected = 2;
    for (const [down, status, up] of moves) {
      expect(await admin.mutate(`${down}${type}`, { id, expectedVersion: expected++ }, select)).toMatchObject({ [field]: { status, version: expected } });
      expect(await read()).toEqual({ id, status, version: expected });
      expect(await admin.mutate(`${up}${type}`, { id, expectedVersion: expected++ }, select)).toMatchObject({ [field]: { status: 'ACTIVE', version: expected } });
    }
    const events = await auditEvents(admin, { targetId: id });
    const past: Record<string, string> = { disable: 'disabled', restore: 'restored', archive: 'archived', delete: type === 'Space' ? 'deletion_requested' : 'deleted' };
    expect(events.map((event) => event.type).filter((name) => name.startsWith(`${field}.`))).toEqual(
      ['created', 'updated', ...moves.flatMap(([down, , up]) => [past[down], past[up]])].map((name) => `${field}.${name}`));
  });

  test('RC-3: UserMember, RolePermission and MemberRole: made, read, revoked; a revoked binding stays so, a revoked assignment revives', async () => {
    const { admin } = server;
    await admin.mutate('createMember', { id: 'member_rc_links', spaceId: 'space_acme', displayName: 'Links' }, 'member { id }');
    await admin.mutate('createUserMember', { id: 'um_rc', userId: 'user_bob', memberId: 'member_rc_links' }, 'userMember { id }');
    expect(await admin.mutate('updateUserMember', { id: 'um_rc', relationType: 'DELEGATE' }, 'userMember { relationType version }')).toMatchObject({ userMember: { relationType: 'DELEGATE', version: 2 } });
    expect(await admin.mutate('revokeUserMember', { id: 'um_rc', reason: 'over' }, 'userMember { status revokedReason }')).toMatchObject({ userMember: { status: 'REVOKED', revokedReason: 'over' } });
    expect((await admin.tryMutate('updateUserMember', { id: 'um_rc', relationType: 'LOGIN' }, '')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'id'] }]);

    const permission = { id: 'rp_rc', roleId: 'role_finance_approver', permissionId: 'perm_invoice_reject_group_tree' };
    await admin.mutate('createRolePermission', permission, 'rolePermission { id }');
    expect((await admin.tryMutate('createRolePermission', { ...permission, id: undefined }, '')).errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['input', 'permissionId'] }]);
    expect(await admin.mutate('revokeRolePermission', { id: 'rp_rc' }, 'rolePermission { status }')).toMatchObject({ rolePermission: { status: 'REVOKED' } });

    const assignment = { id: 'mr_rc', memberId: 'member_rc_links', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance' };
    await admin.mutate('createMemberRole', assignment, 'memberRole { id }');
    expect((await admin.tryMutate('createMemberRole', { ...assignment, id: undefined }, '')).errors).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
    expect(await admin.mutate('revokeMemberRole', { id: 'mr_rc', reason: 'over' }, 'memberRole { status }')).toMatchObject({ memberRole: { status: 'REVOKED' } });
    expect(await admin.mutate('createMemberRole', { ...assignment, id: undefined }, 'memberRole { id status }')).toMatchObject({ memberRole: { id: 'mr_rc', status: 'ACTIVE' } });
    expect(await admin.data('{ userMember(id: "um_rc") { status } rolePermission(id: "rp_rc") { status } memberRole(id: "mr_rc") { status } }')).toEqual({
      userMember: { status: 'REVOKED' }, rolePermission: { status: 'REVOKED' }, memberRole: { status: 'ACTIVE' },
    });
  });

  test('RC-3: the path of a Group is never written; it follows key and parent, with all below', async () => {
    const { admin } = server;
    const { errors } = await admin.send('mutation { updateGroup(input: { id: "group_legal", path: "law" }) { group { path } } }');
    expect(errors).toMatchObject([{ message: expect.stringContaining('Field "path" is not defined') as unknown }]);
    const imported = await admin.tryMutate('importFacts', { spaceId: 'space_acme', jsonl: JSON.stringify({ kind: 'group', id: 'group_legal', path: 'law' }) }, 'updated');
    expect(imported.errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'jsonl', '1', 'path'] }]);
    const pathOf = async (): Promise<unknown> => (await admin.data<{ group: { path: string } }>('{ group(id: "group_legal_emea") { path } }')).group.path;
    expect(await pathOf()).toBe('legal.emea');
    await admin.mutate('updateGroup', { id: 'group_legal', key: 'law' }, 'group { path }');
    expect(await pathOf()).toBe('law.emea');
    expect((await admin.tryMutate('moveGroup', { id: 'group_legal', parentGroupId: 'group_legal_emea' }, '')).errors).toMatchObject([{ code: 'GROUP_CYCLE' }]);
    await admin.mutate('updateGroup', { id: 'group_legal', key: 'legal' }, 'group { path }');
  });
});

test('RC-4: a second Permission for the same type, action and scope is refused', async () => {
  const { errors, permission } = await server.admin.tryMutate<{ permission: null }>('createPermission', { resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE' }, 'permission { id }');
  expect({ permission, errors }).toMatchObject({ permission: null, errors: [{ code: 'ALREADY_EXISTS', path: ['input'] }] });
});

describe('RC-7: readiness', () => {
  const readyz = async (url: string): Promise<{ status: number; body: { status: string; reasons: string[] } }> => {
    const response = await fetch(`${url}/readyz`);
    return { status: response.status, body: (await response.json()) as { status: string; reasons: string[] } };
  };
  const until = async (url: string, status: number): Promise<Awaited<ReturnType<typeof readyz>>> => {
    for (;;) {
      const answer = await readyz(url);
      if (answer.status === status) return answer;
    }
  };

  test('RC-7: a database that is away makes the node not ready, alive, and ready again by itself', async () => {
    const away = await startTestServer();
    const { name } = away.database;
    const administer = (statement: string): Promise<unknown> => asOwner({ ownerUrl: server.database.ownerUrl }, (owner) => owner.query(statement));
    try {
      expect((await readyz(away.url)).status).toBe(200);
      await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      expect((await until(away.url, 503)).body).toMatchObject({ status: 'not ready', reasons: expect.arrayContaining(['the database does not answer']) as unknown });
      expect((await fetch(`${away.url}/livez`)).status).toBe(200);
      const asked = await away.anonymous.send('mutation { signIn(input: { email: "root@example.com", password: "x" }) { errors { code } } }');
      expect([asked.status, asked.errors?.[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      expect((await until(away.url, 200)).body.status).toBe('ready');
      expect(await away.admin.data('{ me { user { email } } }')).toEqual({ me: { user: { email: 'root@example.com' } } });
    } finally {
      await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await away.stop();
    }
  });

  test('RC-6, RC-7: migrations that are missing make a production node not ready, and it changes no schema by itself', async () => {
    const empty: TestDatabase = await createEmptyDatabase();
    const polity = await startOn(testEnvironment(empty, { NODE_ENV: 'production', POLITY_PUBLIC_URL: 'https://polity.example.com' }));
    try {
      const { status, body } = await readyz(polity.url);
      expect([status, body.status]).toEqual([503, 'not ready']);
      expect(body.reasons).toHaveLength(5);
      expect((await fetch(`${polity.url}/livez`)).status).toBe(200);
      const answer = await fetch(`${polity.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' });
      expect([answer.status, await answer.json()]).toMatchObject([503, { errors: [{ extensions: { code: 'NOT_READY' } }] }]);
      expect((await asOwner(empty, (owner) => owner.query("SELECT FROM pg_namespace WHERE nspname LIKE 'sys\\_%'"))).rowCount).toBe(0);
    } finally {
      await polity.stop();
      await empty.drop();
    }
  });
});

test('RC-8: the id that a client sends is in the answer, the log line and the audit row', async () => {
  const id = 'client-trace-4711';
  const { headers, data } = await tryCheck(backend, approve(ACTORS.alice, 'invoice_001'), { 'x-request-id': id });
  expect(headers.get('x-request-id')).toBe(id);
  expect(await auditEvents(server.admin, { requestId: id })).toMatchObject([{ id: data?.check?.auditEventId, requestId: id }]);
  while (!lines.some(({ message, request_id: requestId }) => message === 'request' && requestId === id)) await new Promise((resolve) => setImmediate(resolve));
  const explained = await explain(backend.with({ 'x-request-id': id }), approve(ACTORS.alice, 'invoice_001'));
  expect(explained).toMatchObject({ request: { requestId: id }, audit: { requestId: id } });
});

test('RC-9: something impossible gives a safe answer with the id of the request, and the process lives on', async () => {
  const id = 'req_rc_9';
  await asOwner(server.database, (owner) => owner.query('ALTER TABLE sys_authz.roles RENAME TO roles_gone'));
  const { data, errors, headers } = await server.admin.send('{ roles { edges { node { id } } } space(id: "space_acme") { name } }', undefined, { 'x-request-id': id });
  await asOwner(server.database, (owner) => owner.query('ALTER TABLE sys_authz.roles_gone RENAME TO roles'));
  expect(data).toEqual({ roles: null, space: { name: 'Acme' } });
  expect(errors).toMatchObject([{ message: 'Internal error', path: ['roles'], extensions: { code: 'INTERNAL_ERROR' } }]);
  expect(JSON.stringify(errors)).not.toContain('roles_gone');
  expect(headers.get('x-request-id')).toBe(id);
  expect(await check(backend, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });
});

test('RC-10: a new type of resource enters decisions by data alone', async () => {
  const { admin } = server;
  const question = { actor: ACTORS.alice, resourceType: 'purchase_order', resourceId: 'po_1', action: 'release' };
  const steps: [string | undefined, object, string | null][] = [
    [undefined, {}, 'INVALID_RESOURCE_TYPE'],
    ['createResourceType', { key: 'purchase_order', displayName: 'Purchase order' }, 'INVALID_RESOURCE_ACTION'],
    ['createResourceAction', { resourceType: 'purchase_order', key: 'release', displayName: 'Release' }, 'RESOURCE_MAPPING_NOT_FOUND'],
    ['setResourceMapping', { resourceType: 'purchase_order' }, 'RESOURCE_NOT_FOUND'],
    ['createResource', { id: 'po_1', spaceId: 'space_acme', resourceType: 'purchase_order', groupId: 'group_finance_emea' }, 'NO_MATCHING_PERMISSION'],
    ['createPermission', { id: 'perm_po_release', resourceType: 'purchase_order', action: 'release', scope: 'GROUP_TREE' }, 'NO_MATCHING_PERMISSION'],
    ['createRolePermission', { roleId: 'role_finance_approver', permissionId: 'perm_po_release' }, null],
  ];
  for (const [mutation, input, denyCode] of steps) {
    if (mutation !== undefined) await admin.mutate(mutation, input, '');
    expect({ mutation, denyCode: (await check(backend, question)).denyCode }).toEqual({ mutation, denyCode });
  }
});
