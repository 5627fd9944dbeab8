import { sql } from '../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../test/support/control-plane.js';
import { resourceActionsRef } from './resource-actions.js';
import { resourceMappingsRef } from './resource-mappings.js';
import { resourceTypesRef, type CreateResourceType } from './resource-types.js';

let plane: TestControlPlane;
let root: string;
let reader: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  await plane.grant('user_alice', 'instance_admin', 'registry:read');
  await plane.grant('user_bob', 'space_admin', '*', { spaceId: 'space_acme' });
  root = await plane.signIn('user_root');
  reader = await plane.signIn('user_alice');
});
afterAll(() => plane.close());

const types = () => plane.get(resourceTypesRef);
const actions = () => plane.get(resourceActionsRef);
const mappings = () => plane.get(resourceMappingsRef);
const createType = async (input: Partial<CreateResourceType>, token = root, owner?: string) =>
  types().create(await plane.as(token), { key: 'invoice', displayName: 'Invoice', ...input }, owner);
const denied = { code: 'ADMIN_PERMISSION_REQUIRED' };
const isProtected = { code: 'OWNER_PROTECTED' };

describe('types', () => {
  test('are created for the application, audited, changed and switched', async () => {
    const { resourceType, errors } = await createType({ metadata: { team: 'finance' } });
    expect([errors, resourceType?.owner, resourceType?.status]).toEqual([[], 'app', 'active']);
    const id = resourceType?.id ?? '';
    const context = await plane.as(root);
    expect((await types().update(context, { id, displayName: 'Bill', description: 'To be paid' })).resourceType).toMatchObject({ displayName: 'Bill', key: 'invoice', version: 2 });
    expect((await types().update(context, { id, description: null })).resourceType).toMatchObject({ displayName: 'Bill', description: null, metadata: { team: 'finance' } });
    expect((await types().disable(context, { id })).resourceType?.status).toBe('disabled');
    expect((await types().disable(context, { id })).resourceType?.version).toBe(4);
    expect((await types().restore(context, { id })).resourceType?.status).toBe('active');
    expect(plane.audited.map(({ type }) => type)).toEqual(['resource_type.created', 'resource_type.updated', 'resource_type.updated', 'resource_type.disabled', 'resource_type.restored']);
  });

  test.each<[string, Partial<CreateResourceType>, string, string]>([
    ['a key with a capital', { key: 'Invoice' }, 'VALIDATION_FAILED', 'key'],
    ['a key that starts with a digit', { key: '1invoice' }, 'VALIDATION_FAILED', 'key'],
    ['a key with a dot', { key: 'in.voice' }, 'VALIDATION_FAILED', 'key'],
    ['an empty key', { key: '' }, 'VALIDATION_FAILED', 'key'],
    ['a key of 64 characters', { key: 'x'.repeat(64) }, 'VALIDATION_FAILED', 'key'],
    ['a taken key', { key: 'invoice' }, 'ALREADY_EXISTS', 'key'],
    ['no name', { key: 'other', displayName: '' }, 'VALIDATION_FAILED', 'displayName'],
    ['a long description', { key: 'other', description: 'x'.repeat(2001) }, 'VALIDATION_FAILED', 'description'],
    ['an id of another type', { key: 'other', id: 'user_x' }, 'VALIDATION_FAILED', 'id'],
    ['metadata that is no object', { key: 'other', metadata: [1] }, 'VALIDATION_FAILED', 'metadata'],
    ['metadata beyond 16 KiB', { key: 'other', metadata: { x: 'x'.repeat(16_384) } }, 'VALIDATION_FAILED', 'metadata'],
  ])('refuses %s and makes nothing', async (_, input, code, field) => {
    expect(await createType(input)).toMatchObject({ errors: [{ code, path: ['input', field] }] });
    expect(await plane.run(sql`SELECT key FROM sys_resource.resource_types`)).toEqual([{ key: 'invoice' }]);
  });

  test('text that cannot be stored is the caller\'s mistake', async () => {
    expect(await createType({ key: 'other', displayName: 'a\u0000b' })).toMatchObject({ errors: [{ code: 'VALIDATION_FAILED', path: ['input', 'displayName'] }] });
    expect(await createType({ key: 'other', metadata: { x: ['\ud800'] } })).toMatchObject({ errors: [{ code: 'VALIDATION_FAILED', path: ['input', 'metadata', 'x', '0'] }] });
  });

  test('a backslash-u that is only text is stored', async () => {
    const { resourceType, errors } = await createType({ key: 'escaped', metadata: { path: 'C:\\u0000' } });
    expect([errors, resourceType?.metadata]).toEqual([[], { path: 'C:\\u0000' }]);
  });

  test('are changed with registry:manage over the instance only', async () => {
    const id = (await types().byKeys(await plane.as(root), ['invoice']))[0]?.id ?? '';
    await expect(createType({ key: 'mine' }, reader)).rejects.toMatchObject(denied);
    await expect((async () => types().update(await plane.as(reader), { id, displayName: 'Mine' }))()).rejects.toMatchObject(denied);
    const bob = await plane.signIn('user_bob');
    await expect(createType({ key: 'mine' }, bob)).rejects.toMatchObject(denied);
    expect((await types().update(await plane.as(bob), { id, displayName: 'Mine' })).errors).toMatchObject([{ code: 'RESOURCE_TYPE_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await types().list(await plane.as(bob), {}, {})).edges).toEqual([]);
    expect(await types().byKeys(await plane.as(bob), ['invoice'])).toEqual([undefined]);
  });

  test('a version that was not read is a conflict', async () => {
    const context = await plane.as(root);
    const [type] = await types().byKeys(context, ['invoice']);
    const id = type?.id ?? '';
    expect((await types().update(context, { id, displayName: 'X', expectedVersion: 1 })).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
    const two = await Promise.all(['A', 'B'].map((displayName) => types().update(context, { id, displayName, expectedVersion: type?.version })));
    expect(two.map(({ errors }) => errors.length > 0)).toEqual(expect.arrayContaining([true, false]));
  });

  test('list by key, filtered, in pages of both directions', async () => {
    for (const key of ['alpha', 'beta', 'gamma']) await createType({ key });
    const context = await plane.as(reader);
    const first = await types().list(context, {}, { first: 2 });
    expect(first.edges.map(({ node }) => node.key)).toEqual(['alpha', 'beta']);
    const next = await types().list(context, {}, { first: 2, after: first.pageInfo.endCursor });
    expect(next.edges.map(({ node }) => node.key)).toEqual(['escaped', 'gamma']);
    const back = await types().list(context, {}, { last: 1, before: next.pageInfo.startCursor });
    expect(back.edges.map(({ node }) => node.key)).toEqual(['beta']);
    expect((await types().list(context, { status: 'disabled' }, {})).edges).toEqual([]);
    await expect(types().list(context, {}, { first: 1, after: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});

describe('owner', () => {
  test('only the owner of a type changes it, its actions and its mapping', async () => {
    const owner = 'plugin:billing';
    const context = await plane.as(root);
    const { resourceType } = await createType({ key: 'billing_run' }, root, owner);
    const id = resourceType?.id ?? '';
    const made = await actions().create(context, { resourceType: 'billing_run', key: 'start', displayName: 'Start' }, owner);
    await mappings().set(context, { resourceType: 'billing_run', storageKind: 'plugin_managed' }, owner);
    const actionId = made.resourceAction?.id ?? '';
    const attempts = [
      () => types().update(context, { id, displayName: 'Captured' }),
      () => types().disable(context, { id }),
      () => types().update(context, { id, displayName: 'Captured' }, 'plugin:other'),
      () => actions().create(context, { resourceType: 'billing_run', key: 'stop', displayName: 'Stop' }),
      () => actions().update(context, { id: actionId, riskLevel: 'low' }),
      () => actions().disable(context, { id: actionId }),
      () => mappings().set(context, { resourceType: 'billing_run', storageKind: 'internal_table' }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(isProtected);
    expect((await types().update(context, { id, displayName: 'Billing run' }, owner)).errors).toEqual([]);
    expect((await types().list(context, { owner }, {})).edges.map(({ node }) => node.key)).toEqual(['billing_run']);
    expect(await createType({ key: 'billing_run' })).toMatchObject({ errors: [{ code: 'ALREADY_EXISTS' }] });
  });

  test('the permission is asked before the owner', async () => {
    const [type] = await types().byKeys(await plane.as(root), ['billing_run']);
    await expect((async () => types().disable(await plane.as(reader), { id: type?.id ?? '' }))()).rejects.toMatchObject(denied);
  });
});

describe('actions', () => {
  test('are created with risk, changed field by field, and switched', async () => {
    const context = await plane.as(root);
    const { resourceAction, errors } = await actions().create(context, { resourceType: 'invoice', key: 'approve', displayName: 'Approve', riskLevel: 'high', auditDefault: false });
    expect([errors, resourceAction?.riskLevel, resourceAction?.auditDefault]).toEqual([[], 'high', false]);
    const id = resourceAction?.id ?? '';
    expect((await actions().update(context, { id, displayName: 'Approve it' })).resourceAction).toMatchObject({ displayName: 'Approve it', riskLevel: 'high', auditDefault: false });
    expect((await actions().disable(context, { id })).resourceAction?.status).toBe('disabled');
    expect((await actions().restore(context, { id })).resourceAction?.status).toBe('active');
    expect(plane.audited.slice(-4).map(({ type }) => type)).toEqual(['resource_action.created', 'resource_action.updated', 'resource_action.disabled', 'resource_action.restored']);
    expect((await actions().list(context, { resourceType: 'invoice', riskLevel: 'high' }, {})).edges.map(({ node }) => node.id)).toEqual([id]);
  });

  test.each([
    ['an unknown type', { resourceType: 'nothing' }, 'RESOURCE_TYPE_NOT_FOUND', 'resourceType'],
    ['a malformed key', { key: 'Approve!' }, 'VALIDATION_FAILED', 'key'],
    ['a key that starts with a digit', { key: '2nd' }, 'VALIDATION_FAILED', 'key'],
    ['a key of 64 characters', { key: 'x'.repeat(64) }, 'VALIDATION_FAILED', 'key'],
    ['a taken key', { key: 'approve' }, 'ALREADY_EXISTS', 'key'],
    ['no name', { displayName: '' }, 'VALIDATION_FAILED', 'displayName'],
  ])('refuse %s', async (_, input, code, field) => {
    const result = await actions().create(await plane.as(root), { resourceType: 'invoice', key: 'reject', displayName: 'Reject', ...input });
    expect(result.errors).toMatchObject([{ code, path: ['input', field] }]);
  });

  test.each(['GET', 'get', 'extend-loan', 'A'.repeat(63)])('may be called %s, as the business system does; keys differ by case', async (key) => {
    expect(await actions().create(await plane.as(root), { resourceType: 'invoice', key, displayName: key })).toMatchObject({ errors: [], resourceAction: { key } });
  });
});

describe('mapping', () => {
  test('is created once, and then keeps what is not given', async () => {
    const context = await plane.as(root);
    const made = await mappings().set(context, { resourceType: 'invoice' });
    expect(made.resourceMapping).toMatchObject({ storageKind: 'internal_table', status: 'active', version: 1 });
    await mappings().set(context, { resourceType: 'invoice', storageKind: 'plugin_managed' });
    const { resourceMapping } = await mappings().set(context, { resourceType: 'invoice', status: 'disabled' });
    expect(resourceMapping).toMatchObject({ id: made.resourceMapping?.id, storageKind: 'plugin_managed', status: 'disabled' });
    const count = plane.audited.length;
    expect((await mappings().set(context, { resourceType: 'invoice' })).resourceMapping).toMatchObject({ storageKind: 'plugin_managed', status: 'disabled' });
    expect(plane.audited).toHaveLength(count);
    expect(plane.audited.at(-1)).toMatchObject({ type: 'resource_mapping.set', changes: { status: ['active', 'disabled'] } });
  });

  test('needs a registered type and the permission', async () => {
    expect((await mappings().set(await plane.as(root), { resourceType: 'nothing' })).errors).toMatchObject([{ code: 'RESOURCE_TYPE_NOT_FOUND', path: ['input', 'resourceType'] }]);
    await expect((async () => mappings().set(await plane.as(reader), { resourceType: 'invoice', status: 'active' }))()).rejects.toMatchObject(denied);
  });
});
