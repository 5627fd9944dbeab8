import { sql } from '../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../test/support/control-plane.js';
import { resourceTypesRef } from './resource-types.js';
import { resourcesRef, type CreateResource } from './resources.js';

let plane: TestControlPlane;
let root: string;
/** resources:manage over the group finance, with resources:read and groups:read over the Space. */
let finance: string;
/** resources:manage over the group finance only. */
let narrow: string;
/** resources:read over the Space. */
let reader: string;
/** Everything in the other Space. */
let stranger: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  for (const user of ['user_narrow', 'user_reader', 'user_stranger']) await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES (${user}, ${`${user}@example.com`})`);
  const inFinance = { spaceId: 'space_acme', groupId: 'group_finance' };
  await plane.grant('user_alice', 'group_admin', 'resources:manage', inFinance);
  await plane.grant('user_alice', 'space_admin', 'resources:read', { spaceId: 'space_acme' });
  await plane.grant('user_narrow', 'group_admin', 'resources:manage', inFinance);
  await plane.grant('user_reader', 'space_admin', 'resources:read', { spaceId: 'space_acme' });
  await plane.grant('user_stranger', 'space_admin', '*', { spaceId: 'space_other' });
  [root, finance, narrow, reader, stranger] = await Promise.all(['user_root', 'user_alice', 'user_narrow', 'user_reader', 'user_stranger'].map((user) => plane.signIn(user))) as [string, string, string, string, string];
  await plane.get(resourceTypesRef).create(await plane.as(root), { key: 'invoice', displayName: 'Invoice' });
});
afterAll(() => plane.close());

const resources = () => plane.get(resourcesRef);
const create = async (token: string, input: Partial<CreateResource> = {}) => resources().create(await plane.as(token), { spaceId: 'space_acme', resourceType: 'invoice', ...input });
const made = async (input: Partial<CreateResource> = {}): Promise<string> => {
  const { resource, errors } = await create(root, input);
  if (resource === undefined) throw new Error(JSON.stringify(errors));
  return resource.id;
};
const update = async (token: string, id: string, input: object) => resources().update(await plane.as(token), { id, ...input });
const stored = async (id: string) => (await plane.run(sql`SELECT group_id, owner_member_id, status, version FROM sys_resource.resources WHERE id = ${id}`))[0];
const denied = { code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'resources:manage' } };
const absent = [{ code: 'RESOURCE_NOT_FOUND', path: ['input', 'id'] }];

describe('creating', () => {
  test('puts an object under governance with an event of its Space and group', async () => {
    const { resource, errors } = await create(finance, {
      id: 'invoice_001', externalId: 'INV-1', groupId: 'group_finance_apac', ownerMemberId: 'member_creator', displayName: 'First', metadata: { amount: 1200 },
    });
    expect(errors).toEqual([]);
    expect(resource).toMatchObject({ id: 'invoice_001', status: 'active', visibility: 'private', metadata: { amount: 1200 }, version: 1 });
    expect(plane.audited.at(-1)).toMatchObject({ type: 'resource.created', spaceId: 'space_acme', groupId: 'group_finance_apac', target: { type: 'Resource', id: 'invoice_001' } });
    const [version] = await plane.run(sql`SELECT body FROM sys_authz.fact_version WHERE kind = 'resource' AND id = 'invoice_001'`);
    expect(version?.['body']).toMatchObject({ group_id: 'group_finance_apac', owner_member_id: 'member_creator' });
  });

  test.each<[string, Partial<CreateResource>, string, string]>([
    ['an unknown type', { resourceType: 'nothing' }, 'RESOURCE_TYPE_NOT_FOUND', 'resourceType'],
    ['an unknown Space', { spaceId: 'space_nowhere' }, 'SPACE_NOT_FOUND', 'spaceId'],
    ['a group of another Space', { groupId: 'group_elsewhere' }, 'GROUP_NOT_FOUND', 'groupId'],
    ['an owner of another Space', { ownerMemberId: 'member_stranger' }, 'MEMBER_NOT_FOUND', 'ownerMemberId'],
    ['a reserved id', { id: 'user_alice' }, 'ID_UNAVAILABLE', 'id'],
    ['a taken id', { id: 'invoice_001' }, 'ID_UNAVAILABLE', 'id'],
    ['a malformed id', { id: 'a b' }, 'VALIDATION_FAILED', 'id'],
    ['a taken external id', { externalId: 'INV-1' }, 'ALREADY_EXISTS', 'externalId'],
    ['an empty external id', { externalId: '' }, 'VALIDATION_FAILED', 'externalId'],
    ['a long name', { displayName: 'x'.repeat(201) }, 'VALIDATION_FAILED', 'displayName'],
    ['metadata beyond 16 KiB', { metadata: { x: 'x'.repeat(16_384) } }, 'VALIDATION_FAILED', 'metadata'],
  ])('refuses %s and makes nothing', async (_, input, code, field) => {
    const [before] = await plane.run(sql`SELECT count(*)::int AS n FROM sys_resource.resources`);
    expect((await create(root, input)).errors).toMatchObject([{ code, path: ['input', field] }]);
    expect(await plane.run(sql`SELECT count(*)::int AS n FROM sys_resource.resources`)).toEqual([before]);
  });

  test('of a disabled type is refused', async () => {
    const context = await plane.as(root);
    const { resourceType } = await plane.get(resourceTypesRef).create(context, { key: 'retired', displayName: 'Retired' });
    await plane.get(resourceTypesRef).disable(context, { id: resourceType?.id ?? '' });
    expect((await create(root, { resourceType: 'retired' })).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'resourceType'] }]);
  });

  test('in a Space that is being deleted is refused', async () => {
    await plane.run(sql`INSERT INTO sys_identity.spaces (id, name, status, delete_after) VALUES ('space_leaving', 'Leaving', 'deleting', now())`);
    expect((await create(root, { spaceId: 'space_leaving' })).errors).toMatchObject([{ code: 'SPACE_DELETION_PENDING', path: ['input', 'spaceId'] }]);
  });

  test('is bound to the reach of resources:manage', async () => {
    await expect(create(reader)).rejects.toMatchObject(denied);
    await expect(create(finance)).rejects.toMatchObject(denied);
    await expect(create(finance, { groupId: 'group_legal' })).rejects.toMatchObject(denied);
    expect((await create(narrow, { groupId: 'group_legal' })).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'groupId'] }]);
    expect((await create(stranger)).errors).toMatchObject([{ code: 'SPACE_NOT_FOUND', path: ['input', 'spaceId'] }]);
    expect((await create(narrow, { groupId: 'group_finance' })).errors).toEqual([]);
  });
});

describe('changing', () => {
  test('keeps what is not given and empties what is null', async () => {
    const id = await made({ externalId: 'INV-keep', groupId: 'group_finance', ownerMemberId: 'member_creator', displayName: 'Name' });
    expect((await update(root, id, { displayName: 'New' })).resource).toMatchObject({ displayName: 'New', externalId: 'INV-keep', groupId: 'group_finance', ownerMemberId: 'member_creator' });
    expect((await update(root, id, { ownerMemberId: null, externalId: null })).resource).toMatchObject({ ownerMemberId: null, externalId: null, groupId: 'group_finance' });
    const count = plane.audited.length;
    expect((await update(root, id, { displayName: 'New' })).errors).toEqual([]);
    expect(plane.audited).toHaveLength(count);
    expect(plane.audited.at(-1)).toMatchObject({ type: 'resource.updated', changes: { ownerMemberId: ['member_creator', null] } });
  });

  test('metadata is replaced, and its content stays out of the log', async () => {
    const id = await made({ metadata: { old: 1 } });
    expect((await update(root, id, { metadata: { note: 'confidential' } })).resource?.metadata).toEqual({ note: 'confidential' });
    expect(JSON.stringify(plane.audited.at(-1))).not.toContain('confidential');
  });

  test('a move needs the right at the old place and at the new one', async () => {
    const id = await made({ groupId: 'group_finance_apac' });
    await expect(update(finance, id, { groupId: 'group_legal' })).rejects.toMatchObject(denied);
    await expect(update(finance, id, { groupId: null })).rejects.toMatchObject(denied);
    expect((await update(narrow, id, { groupId: 'group_legal' })).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'groupId'] }]);
    expect(await stored(id)).toMatchObject({ group_id: 'group_finance_apac', version: 1 });
    const legal = await made({ groupId: 'group_legal' });
    await expect(update(finance, legal, { groupId: 'group_finance' })).rejects.toMatchObject(denied);
    expect((await update(finance, id, { groupId: 'group_finance' })).resource?.groupId).toBe('group_finance');
    expect((await update(root, id, { groupId: 'group_legal' })).resource?.groupId).toBe('group_legal');
    await expect(update(finance, id, { groupId: 'group_finance' })).rejects.toMatchObject(denied);
  });

  test('another Space\'s group or Member is no place to move to', async () => {
    const id = await made({ groupId: 'group_finance' });
    expect((await update(root, id, { groupId: 'group_elsewhere' })).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'groupId'] }]);
    expect((await update(root, id, { ownerMemberId: 'member_stranger' })).errors).toMatchObject([{ code: 'MEMBER_NOT_FOUND', path: ['input', 'ownerMemberId'] }]);
    expect(await stored(id)).toMatchObject({ group_id: 'group_finance', owner_member_id: null, version: 1 });
  });

  test('what may be read only is denied, what may not be read is absent', async () => {
    const id = await made({ groupId: 'group_legal' });
    for (const change of ['update', 'archive', 'restore', 'delete'] as const) {
      const attempt = async (token: string) => resources()[change](await plane.as(token), { id });
      await expect(attempt(reader)).rejects.toMatchObject(denied);
      expect((await attempt(stranger)).errors).toMatchObject(absent);
      expect((await attempt(narrow)).errors).toMatchObject(absent);
    }
    expect(await stored(id)).toMatchObject({ status: 'active', version: 1 });
  });

  test('a version that was not read is a conflict', async () => {
    const id = await made();
    expect((await update(root, id, { displayName: 'X', expectedVersion: 3 })).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
  });

  test('archive, delete and restore leave an event each', async () => {
    const id = await made({ groupId: 'group_finance' });
    const context = await plane.as(finance);
    expect((await resources().archive(context, { id })).resource?.status).toBe('archived');
    expect((await resources().restore(context, { id })).resource?.status).toBe('active');
    expect((await resources().delete(context, { id })).resource?.status).toBe('deleted');
    expect((await resources().restore(context, { id })).resource?.status).toBe('active');
    expect(plane.audited.slice(-4).map(({ type }) => type)).toEqual(['resource.archived', 'resource.restored', 'resource.deleted', 'resource.restored']);
  });
});

describe('reading', () => {
  test('is filtered by Space and subtree before the page is cut', async () => {
    const apac = await made({ groupId: 'group_finance_apac' });
    const legal = await made({ groupId: 'group_legal' });
    const bare = await made();
    const other = await made({ spaceId: 'space_other' });
    const seen = async (token: string): Promise<string[]> => {
      const page = await resources().list(await plane.as(token), {}, { first: 200 });
      expect(await page.totalCount()).toBe(page.edges.length);
      return page.edges.map(({ node }) => node.id);
    };
    const ofNarrow = await seen(narrow);
    expect(ofNarrow).toContain(apac);
    for (const id of [legal, bare, other]) expect(ofNarrow).not.toContain(id);
    const ofReader = await seen(reader);
    expect(ofReader).toEqual(expect.arrayContaining([apac, legal, bare]));
    expect(ofReader).not.toContain(other);
    expect(await seen(stranger)).toEqual([other]);
    expect(await resources().byIds(await plane.as(narrow), [legal, apac])).toMatchObject([undefined, { id: apac }]);
  });

  test('follows a group that is moved', async () => {
    const id = await made({ groupId: 'group_finance_apac' });
    await plane.run(sql`UPDATE sys_identity.groups SET parent_group_id = 'group_legal', path = 'legal.apac' WHERE id = 'group_finance_apac'`);
    expect(await resources().byIds(await plane.as(narrow), [id])).toEqual([undefined]);
    await plane.run(sql`UPDATE sys_identity.groups SET parent_group_id = 'group_finance', path = 'finance.apac' WHERE id = 'group_finance_apac'`);
    expect(await resources().byIds(await plane.as(narrow), [id])).toMatchObject([{ id }]);
  });

  test('filters, and leaves deleted ones out unless asked for', async () => {
    const id = await made({ groupId: 'group_legal', ownerMemberId: 'member_reviewer', visibility: 'space' });
    const context = await plane.as(root);
    const ids = async (filter: object): Promise<string[]> => (await resources().list(context, filter, { first: 200 })).edges.map(({ node }) => node.id);
    expect(await ids({ ownerMemberId: 'member_reviewer', visibility: 'space', groupId: 'group_legal', spaceId: 'space_acme', resourceType: 'invoice' })).toEqual([id]);
    await resources().delete(context, { id });
    expect(await ids({ ownerMemberId: 'member_reviewer' })).toEqual([]);
    expect(await ids({ ownerMemberId: 'member_reviewer', status: 'deleted' })).toEqual([id]);
  });

  test('by external id finds within the Space and the reach', async () => {
    const key = { spaceId: 'space_acme', resourceType: 'invoice', externalId: 'INV-find' };
    const id = await made({ externalId: 'INV-find', groupId: 'group_legal' });
    expect(await resources().byExternalId(await plane.as(reader), key)).toMatchObject({ id });
    for (const token of [narrow, stranger]) expect(await resources().byExternalId(await plane.as(token), key)).toBeUndefined();
    expect(await resources().byExternalId(await plane.as(root), { ...key, spaceId: 'space_other' })).toBeUndefined();
  });
});

describe('through the schema', () => {
  test('secret-looking values are redacted in every answer and stay stored', async () => {
    const context = await plane.as(root);
    const { data } = await plane.query(context, `mutation { createResource(input: { spaceId: "space_acme", resourceType: "invoice", externalId: "INV-secret",
      metadata: { amount: 3, apiKey: "k", nested: { password: "p", list: [{ token: "t", ok: 1 }] } } }) { resource { id metadata } errors { code } } }`);
    const metadata = { amount: 3, apiKey: '[redacted]', nested: { password: '[redacted]', list: [{ token: '[redacted]', ok: 1 }] } };
    expect(data?.createResource).toMatchObject({ resource: { metadata }, errors: [] });
    const read = await plane.query(context, '{ resourceByExternalId(spaceId: "space_acme", resourceType: "invoice", externalId: "INV-secret") { metadata } }');
    expect(read.data?.resourceByExternalId).toEqual({ metadata });
    expect(await plane.run(sql`SELECT metadata #>> '{nested,password}' AS password FROM sys_resource.resources WHERE external_id = 'INV-secret'`)).toEqual([{ password: 'p' }]);
  });

  test('a type is shown to who reads the registry, and is null for others', async () => {
    await made({ id: 'invoice_typed', groupId: 'group_finance' });
    const document = '{ resource(id: "invoice_typed") { id type { key mapping { storageKind } } } }';
    expect((await plane.query(await plane.as(root), document)).data).toEqual({ resource: { id: 'invoice_typed', type: { key: 'invoice', mapping: null } } });
    const { data, errors } = await plane.query(await plane.as(reader), document);
    expect([data, errors?.[0]?.path]).toEqual([{ resource: { id: 'invoice_typed', type: null } }, ['resource', 'type']]);
  });

  test('registry and Resources speak in enums of the schema', async () => {
    const context = await plane.as(root);
    const document = `mutation {
      createResourceAction(input: { resourceType: "invoice", key: "approve", displayName: "Approve", riskLevel: CRITICAL }) { resourceAction { riskLevel status auditDefault } }
      setResourceMapping(input: { resourceType: "invoice", storageKind: PLUGIN_MANAGED }) { resourceMapping { storageKind status } }
      createResource(input: { spaceId: "space_acme", resourceType: "invoice", visibility: PUBLIC }) { resource { visibility status } }
      updateResource(input: { id: "nothing" }) { resource { id } errors { code path } } }`;
    expect((await plane.query(context, document)).data).toEqual({
      createResourceAction: { resourceAction: { riskLevel: 'CRITICAL', status: 'ACTIVE', auditDefault: true } },
      setResourceMapping: { resourceMapping: { storageKind: 'PLUGIN_MANAGED', status: 'ACTIVE' } },
      createResource: { resource: { visibility: 'PUBLIC', status: 'ACTIVE' } },
      updateResource: { resource: null, errors: [{ code: 'RESOURCE_NOT_FOUND', path: ['input', 'id'] }] },
    });
    const lists = await plane.query(context, '{ resourceTypes(first: 1) { totalCount edges { node { key owner } } } resourceActions(resourceType: "invoice") { edges { node { key } } } resourceMappings { edges { node { resourceType } } } resources(visibility: PUBLIC) { totalCount } }');
    expect(lists.errors).toBeUndefined();
    expect(lists.data).toMatchObject({ resourceActions: { edges: [{ node: { key: 'approve' } }] }, resourceMappings: { edges: [{ node: { resourceType: 'invoice' } }] }, resources: { totalCount: 1 } });
  });
});

test('a filter that cannot be stored anywhere is the caller\'s mistake, not a lost database', async () => {
  const { errors } = await plane.query(await plane.as(root), 'query ($type: String) { resources(resourceType: $type) { totalCount } }', { type: 'a\u0000b' });
  expect(errors?.[0]?.originalError).toMatchObject({ code: 'VALIDATION_FAILED' });
});
