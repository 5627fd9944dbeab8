/** AK-11, AK-12 and AK-13 bind keys to plugin runtimes, which come with plugins. */
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { revisionFeedRef } from '../../../src/system/shared/contracts/index.js';
import { withApiKey } from '../support/callers.js';
import { approve, check, tryCheck } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';

const RESOURCES = '{ resources { edges { node { id } } } }';
const READER = { level: 'INSTANCE', permissionKeys: ['resources:read'] };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  await createOtherSpace(server.admin);
});
afterAll(() => server.stop());

async function expectRefused(caller: GraphqlCaller): Promise<void> {
  const { status, data, errors } = await caller.send(RESOURCES);
  expect({ status, data }).toEqual({ status: 401, data: undefined });
  expect(errors).toMatchObject([{ message: 'The API key is not valid.', extensions: { code: 'UNAUTHENTICATED' } }]);
}

async function idsOf(caller: GraphqlCaller, query = RESOURCES): Promise<string[]> {
  const { resources } = await caller.data<{ resources: { edges: { node: { id: string } }[] } }>(query);
  return resources.edges.map(({ node }) => node.id);
}

test('AK-1: a disabled key is refused from the next request on, and accepted again when restored', async () => {
  const key = await withApiKey(server.admin, READER);
  expect(await idsOf(key)).toHaveLength(3);
  await server.admin.mutate('disableApiKey', { id: key.apiKeyId }, 'apiKey { status }');
  await expectRefused(key);
  await server.admin.mutate('restoreApiKey', { id: key.apiKeyId }, 'apiKey { status }');
  expect(await idsOf(key)).toHaveLength(3);
});

test('AK-2: a revoked key is refused for good', async () => {
  const key = await withApiKey(server.admin, READER);
  expect(await idsOf(key)).toHaveLength(3);
  await server.admin.mutate('revokeApiKey', { id: key.apiKeyId, reason: 'lost' }, 'apiKey { status }');
  await expectRefused(key);
  expect((await server.admin.tryMutate('restoreApiKey', { id: key.apiKeyId }, '')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'id'] }]);
  await expectRefused(key);
});

test('AK-3: a key that ended a minute ago is refused, and none can be made that has ended', async () => {
  const ended = new Date(Date.now() - 60_000).toISOString();
  expect((await server.admin.tryMutate('createApiKey', { name: 'late', ...READER, expiresAt: ended }, 'secret')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'expiresAt'] }]);
  const key = await withApiKey(server.admin, { ...READER, expiresAt: new Date(Date.now() + 600_000).toISOString() });
  expect(await idsOf(key)).toHaveLength(3);
  // Time cannot be waited for: the end is moved to where it would be.
  await asOwner(server.database, (owner) => owner.query('UPDATE sys_admin.api_keys SET expires_at = $1 WHERE id = $2', [ended, key.apiKeyId]));
  await server.server.platform.container.get(revisionFeedRef).catchUp();
  await expectRefused(key);
});

test('AK-4: a key of a Space with resources:read and no place asked for reads its Space only', async () => {
  const key = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['resources:read'] });
  expect(await idsOf(key)).toEqual(['invoice_001', 'invoice_002']);
  expect(await idsOf(key, '{ resources(spaceId: "space_other") { edges { node { id } } } }')).toEqual([]);
  expect(await key.data('{ resource(id: "invoice_other") { id } }')).toEqual({ resource: null });
});

describe('a key of space_acme with authz:check and api_keys:create', () => {
  const place = { level: 'SPACE', spaceId: 'space_acme' };
  let key: GraphqlCaller;
  beforeAll(async () => {
    key = await withApiKey(server.admin, { ...place, permissionKeys: ['authz:check', 'api_keys:create'] });
  });

  test('AK-5, AK-7: asks in its Space; where, is told by the actor', async () => {
    expect(await check(key, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });
    expect(await key.data('query ($items: [CheckInput!]!) { checkMany(input: { items: $items }) { decision } }', {
      items: [approve(ACTORS.alice, 'invoice_001'), approve(ACTORS.alice, 'invoice_002')],
    })).toEqual({ checkMany: [{ decision: 'ALLOW' }, { decision: 'DENY' }] });
  });

  test('AK-6: makes keys in its Space; where, is told by the new key', async () => {
    const made = await withApiKey(key, { ...place, permissionKeys: ['authz:check'] });
    expect(await check(made, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });
    const wider = await key.send('mutation { createApiKey(input: { name: "wide", level: INSTANCE, permissionKeys: ["authz:check"] }) { secret } }');
    expect(wider).toMatchObject({ data: { createApiKey: null }, errors: [{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED', permission: 'api_keys:create' } }] });
  });

  test('AK-8: does not ask in another Space, alone or in a batch', async () => {
    const foreign = approve({ ...ACTORS.alice, memberId: 'member_other', spaceId: 'space_other' }, 'invoice_other');
    expect(await tryCheck(key, foreign)).toMatchObject({ data: { check: null }, errors: [{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED', permission: 'authz:check' } }] });
    const batch = await key.send('query ($items: [CheckInput!]!) { checkMany(input: { items: $items }) { decision } }', { items: [approve(ACTORS.alice, 'invoice_001'), foreign] });
    expect(batch).toMatchObject({ data: { checkMany: null }, errors: [{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }] });
  });
});

test('AK-9: the plaintext of key ak_test shows its id and is shown once', async () => {
  const key = await withApiKey(server.admin, { id: 'ak_test', ...READER });
  expect(key.secret).toMatch(/^ply_ak_test\.[0-9a-f]{64}$/);
  expect(await key.data('{ me { credentialKind apiKey { id level } } }')).toEqual({ me: { credentialKind: 'API_KEY', apiKey: { id: 'ak_test', level: 'INSTANCE' } } });
  const shown = JSON.stringify(await server.admin.data('{ apiKey(id: "ak_test") { id prefix name level permissionKeys status metadata } apiKeys { edges { node { id prefix metadata } } } }'));
  expect(shown).toContain('"prefix":"ply_ak_test"');
  expect(shown).not.toContain(key.secret.split('.')[1]);
});

test.each([
  ['another secret', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`],
  ['the id of another key', (secret: string) => secret.replace('ply_ak_', 'ply_ak_x')],
  ['no secret', (secret: string) => secret.slice(0, secret.indexOf('.'))],
  ['upper-case digits', (secret: string) => secret.replace(/[a-f]/g, (digit) => digit.toUpperCase()).replace('PLY_AK', 'ply_ak')],
])('AK-9: a plaintext with %s is refused', async (_, forge) => {
  const { secret } = await withApiKey(server.admin, READER);
  await expectRefused(server.admin.withApiKey(forge(secret)));
});

describe('AK-10: rotation', () => {
  test('AK-10: after the key that hashes secrets was rotated, old secrets and new ones both work', async () => {
    const old = await withApiKey(server.admin, READER);
    const { kid: first } = await server.admin.mutate<{ kid: string }>('rotateApiKeyHmacKey', {}, 'kid');
    const fresh = await withApiKey(server.admin, READER);
    expect([await idsOf(old), await idsOf(fresh)]).toEqual([await idsOf(server.admin), await idsOf(server.admin)]);
    const { kid: second } = await server.admin.mutate<{ kid: string }>('rotateApiKeyHmacKey', {}, 'kid');
    expect(second).not.toBe(first);
    expect([(await idsOf(old)).length, (await idsOf(fresh)).length]).toEqual([3, 3]);
    const hashed = await asOwner(server.database, (owner) => owner.query('SELECT api_key_id, kid FROM sys_admin.api_key_secrets WHERE api_key_id = ANY ($1) ORDER BY created_at', [[old.apiKeyId, fresh.apiKeyId]]));
    expect(new Set((hashed.rows as { kid: string }[]).map(({ kid }) => kid)).size).toBe(2);
  });

  test('AK-10: a rotated key has two secrets while the overlap lasts, and one without overlap', async () => {
    const key = await withApiKey(server.admin, READER);
    const rotate = (overlapSeconds?: number) => server.admin.mutate<{ secret: string; previousValidUntil: string }>('rotateApiKey', { id: key.apiKeyId, overlapSeconds }, 'secret previousValidUntil');
    const { secret: second, previousValidUntil } = await rotate(600);
    expect(Date.parse(previousValidUntil)).toBeGreaterThan(Date.now() + 500_000);
    expect([(await idsOf(key)).length, (await idsOf(server.admin.withApiKey(second))).length]).toEqual([3, 3]);
    const { secret: third } = await rotate();
    expect(await idsOf(server.admin.withApiKey(third))).toHaveLength(3);
    await expectRefused(key);
    await expectRefused(server.admin.withApiKey(second));
  });
});

test('a key travels as a bearer token as well, and never beside another credential', async () => {
  const { secret } = await withApiKey(server.admin, READER);
  expect(await idsOf(server.anonymous.with({ authorization: `Bearer ${secret}` }))).toHaveLength(3);
  const { status, errors } = await server.admin.with({ 'x-polity-api-key': secret }).send(RESOURCES);
  expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
});
