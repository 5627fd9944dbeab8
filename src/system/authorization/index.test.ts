import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import 'reflect-metadata';
import { graphql, isEnumType, isObjectType, type GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { takeRegistration } from '../../kernel/lifecycle/take-registration.js';
import { parseManifest } from '../../kernel/manifest/index.js';
import { KernelRegistries } from '../../kernel/registries/index.js';
import { ServiceContainer } from '../../kernel/services/index.js';
import type { Caller } from '../shared/contracts/index.js';
import { AUDIT_EVENTS_EXTENSION } from '../shared/resolvers/index.js';
import { authorizationNodes, authorizationResolvers, createAuthorizationCapability } from './index.js';
import { authorizationManifest } from './manifest.js';
import { ACME, ALICE, callerOf, INSTANCE, openFinanceWorld, OTHER, type FinanceWorld } from './testing/finance-world.js';

let store: TestDatabase;
let world: FinanceWorld;
let schema: GraphQLSchema;

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
  schema = await buildSchema({ resolvers: [...authorizationResolvers] as never, validate: false });
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

async function ask(source: string, variableValues: Record<string, unknown> = {}, caller: Caller = callerOf('api_key', [INSTANCE])): Promise<Record<string, never>> {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: world.as(caller) });
  expect(errors).toBeUndefined();
  return data as Record<string, never>;
}

const APPROVE = { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };

test('the manifest declares the root fields, the types and the events of the schema', () => {
  const { graphql: declared, auditEventTypes, permissions } = authorizationManifest.provides;
  expect(Object.keys(schema.getQueryType()!.getFields()).sort()).toEqual([...declared.queries].sort());
  expect(Object.keys(schema.getMutationType()!.getFields()).sort()).toEqual([...declared.mutations].sort());
  for (const name of declared.types) expect(isObjectType(schema.getType(name)) || isEnumType(schema.getType(name))).toBe(true);
  const emitted = Object.values(schema.getMutationType()!.getFields()).flatMap(({ extensions }) => extensions[AUDIT_EVENTS_EXTENSION] as string[]);
  const own = ['authorization.decision', 'authorization.allow_counts', 'authorization.trace_read', 'authorization.listed', 'authorization.access_diff', 'authorization.simulated', 'authorization.suggested', 'authorization.self_check_failed', 'model.exported', 'model.imported'];
  expect([...new Set([...emitted, ...own])].sort()).toEqual(auditEventTypes.map(({ key }) => key).sort());
  expect(permissions.map(({ key }) => key)).toContain('authz:check');
});

test('the capability registers exactly what it declares', () => {
  const capability = createAuthorizationCapability();
  const targets = { services: new ServiceContainer(), registries: new KernelRegistries() };
  takeRegistration(parseManifest(capability.manifest, 'authorization'), (registration) => capability.register(registration), targets);
  expect(targets.services.owner('authorization.decisions')).toBe('authorization.resource');
  expect(targets.registries.permissions.owner('authz:check')).toBe('authorization.resource');
});

test('counts of allows are written when the capability stops', async () => {
  const capability = createAuthorizationCapability();
  await capability.start?.(world.services);
  expect(await ask('query ($input: CheckInput!) { check(input: $input) { decision auditEventId } }', { input: { ...APPROVE, action: 'read' } }))
    .toEqual({ check: { decision: 'ALLOW', auditEventId: null } });
  await capability.stop?.();
  expect(world.entries.at(-1)).toMatchObject({ type: 'authorization.allow_counts', details: { allowed: 1 } });
});

test('check, checkMany and explain answer in the types of the schema', async () => {
  const { check, checkMany } = await ask(
    `query ($input: CheckInput!, $many: CheckManyInput!) {
      check(input: $input) { decision denyCode reason traceId auditEventId revision }
      checkMany(input: $many) { decision denyCode }
    }`,
    { input: APPROVE, many: { items: [APPROVE, { ...APPROVE, resourceId: 'invoice_002' }] } },
  );
  expect(check).toMatchObject({ decision: 'ALLOW', denyCode: null });
  expect(checkMany).toEqual([{ decision: 'ALLOW', denyCode: null }, { decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' }]);
  const trace = `traceVersion traceId decision denyCode reason contextMode
    actor { user { id email status } member { id spaceId displayName status } userMember { id relationType status isPrimary expiresAt } space { id name status } }
    space { id } target { resource { id externalId groupPath visibility status metadata } group { path } }
    resourceRegistry { resourceType { key status } action { key riskLevel auditDefault } mapping { storageKind } }
    matchedCandidates { role { key } permission { scope } memberRoleId scopeAnchor { path } scopeCheck { covered rule reason denyCode } }
    request { requestId ip } audit { auditEventId actorUserId action resourceId decision requestId }`;
  const { explain } = await ask(`query ($input: CheckInput!) { explain(input: $input) { ${trace} auditEventId revision } }`, {
    input: { ...APPROVE, resourceId: null, resource: { type: 'invoice', externalId: 'X-1', spaceId: 'space_acme', groupPath: 'finance.x', visibility: 'SPACE' },
      grants: [{ resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', scopeAnchorGroupPath: 'finance' }] },
  });
  expect(explain).toMatchObject({
    decision: 'ALLOW', contextMode: 'INLINE', traceVersion: '1.0', target: { resource: { visibility: 'SPACE', status: 'ACTIVE' } },
    resourceRegistry: { action: { riskLevel: 'HIGH' } }, matchedCandidates: [{ permission: { scope: 'GROUP_TREE' }, scopeCheck: { covered: true } }],
  });
  const { decisionTrace } = await ask(`query ($id: ID!) { decisionTrace(auditEventId: $id) { ${trace} } }`, { id: (explain as unknown as { auditEventId: string }).auditEventId });
  expect(decisionTrace).toMatchObject({ decision: 'ALLOW', audit: { resourceId: 'X-1' } });
});

test('rights are managed through the schema, and fields of hidden objects are null', async () => {
  const acme = callerOf('session', [ACME]);
  const done = await ask(
    `mutation {
      createRole(input: { spaceId: "space_acme", key: "made", name: "Made" }) { role { id status } errors { code path } }
      createRolePermission(input: { roleId: "role_deleter", permissionId: "perm_invoice_read_group_tree" }) { rolePermission { role { key } permission { action } } errors { code } }
      createMemberRole(input: { memberId: "member_other", roleId: "role_deleter" }) { memberRole { id } errors { code path } }
      revokeMemberRole(input: { id: "mr_finance_reviewer_approver_finance", reason: "moved" }) { memberRole { status revokedReason role { name } } errors { code } }
    }`, {}, acme);
  expect(done).toMatchObject({
    createRole: { role: { status: 'ACTIVE' }, errors: [] },
    createRolePermission: { rolePermission: { role: { key: 'deleter' }, permission: { action: 'read' } }, errors: [] },
    createMemberRole: { memberRole: null, errors: [{ code: 'MEMBER_NOT_FOUND', path: ['input', 'memberId'] }] },
    revokeMemberRole: { memberRole: { status: 'REVOKED', revokedReason: 'moved', role: { name: 'Finance Approver' } }, errors: [] },
  });
  const narrow = callerOf('session', [{ ...ACME, permissionKey: 'roles:read' }]);
  const { rolePermissions, permissions } = await ask('{ rolePermissions(roleId: "role_deleter") { totalCount edges { node { permission { id } role { id } } } } permissions { totalCount } }', {}, narrow);
  expect(rolePermissions).toEqual({ totalCount: 2, edges: Array(2).fill({ node: { permission: null, role: { id: 'role_deleter' } } }) });
  expect(permissions).toEqual({ totalCount: 0 });
});

test('nodes are found by type, and only by those who may read them', async () => {
  const ids: Record<string, string> = {
    Role: 'role_finance_approver', Permission: 'perm_invoice_approve_group_tree', RolePermission: 'rp_approve', MemberRole: 'mr_finance_reviewer_approver_finance',
    RoleInheritance: 'ri_node', SeparationRule: 'sod_node', AccessRequest: 'areq_finance', AccessReview: 'arev_finance', AccessReviewItem: 'arvi_finance',
  };
  const [role, other] = ['role_finance_approver', 'role_deleter'];
  await ask(`mutation { createRoleInheritance(input: { id: "ri_node", roleId: "${role}", inheritedRoleId: "${other}" }) { errors { code } } }`);
  await ask(`mutation { createSeparationRule(input: { id: "sod_node", spaceId: "space_acme", name: "Node", roleIds: ["${role}", "${other}"] }) { errors { code } } }`);
  await world.database.pool.query(`INSERT INTO sys_authz.access_requests (id, space_id, member_id, role_id, requested_by_user_id, requested_by_user_member_id, reason, wanted_until, lapses_at)
    VALUES ('areq_finance', 'space_acme', 'member_finance_reviewer', 'role_deleter', 'user_bob', 'um_bob_finance_reviewer', 'Why', now() + interval '1 day', now() + interval '1 day')`);
  await world.database.pool.query(`INSERT INTO sys_authz.access_reviews (id, space_id, name, role_ids, undecided, due_at, space_rev, instance_rev, population, orphans, items_sha256)
    VALUES ('arev_finance', 'space_acme', 'Review', '[]', 'keep', now() + interval '1 day', 1, 1, 1, 0, repeat('ab', 32))`);
  await world.database.pool.query(`INSERT INTO sys_authz.access_review_items (id, space_id, review_id, member_role_id, assignment_state, member_id, role_id, role_key, since, orphan_reasons, uses_are_recorded)
    VALUES ('arvi_finance', 'space_acme', 'arev_finance', 'mr_finance_reviewer_approver_finance', 'x', 'member_finance_reviewer', 'role_finance_approver', 'finance_approver', now(), '[]', true)`);
  expect(authorizationNodes.map(({ type }) => type)).toEqual(Object.keys(ids));
  for (const source of authorizationNodes) {
    const id = ids[source.type]!;
    // The catalogue of Permissions belongs to no Space.
    const elsewhere = source.type === 'Permission' ? [id] : [undefined];
    expect(await source.load(world.as(callerOf('session', [ACME])), [id])).toMatchObject([{ id }]);
    const seen = await source.load(world.as(callerOf('session', [OTHER])), [id]);
    expect(seen.map((node) => (node as { id: string } | undefined)?.id)).toEqual(elsewhere);
    expect(await source.load(world.as(callerOf('session', [])), [id])).toEqual([undefined]);
  }
});
