import { authenticatorRef, covers, reach, type ReachTarget } from '../../../shared/contracts/index.js';
import { sql } from '../../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { adminGrantsRef } from '../grants/admin-grants.js';
import { keyRotationRef } from '../key-rotation.js';
import { apiKeyIdOf, newApiKeyToken } from './api-key-token.js';
import { apiKeysRef, type CreateApiKey } from './api-keys.js';

let plane: TestControlPlane;
let root: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  root = await plane.signIn('user_root');
});
afterAll(() => plane.close());

const keys = () => plane.get(apiKeysRef);
const create = async (token: string, input: Partial<CreateApiKey>) =>
  keys().create(await plane.as(token), { name: 'Backend', level: 'space', spaceId: 'space_acme', permissionKeys: ['resources:read'], ...input });
const made = async (token: string, input: Partial<CreateApiKey>): Promise<{ id: string; secret: string }> => {
  const { apiKey, secret, errors } = await create(token, input);
  if (apiKey === undefined || secret === undefined) throw new Error(JSON.stringify(errors));
  return { id: apiKey.id, secret };
};
const enter = (apiKey: string, now = Date.now()) => plane.get(authenticatorRef).authenticate({ apiKey }, now);
const allows = async (secret: string, key: string, target: ReachTarget = {}): Promise<boolean> => covers(reach(await enter(secret), key, Date.now()), target);
const refused = { code: 'UNAUTHENTICATED' };

describe('making', () => {
  test('shows the plaintext once and stores only its hash', async () => {
    const before = plane.audited.length;
    const { apiKey, secret = '', errors } = await create(root, { permissionKeys: [' Resources:READ', 'resources:read', 'authz:check'], metadata: { note: 'x' } });
    expect(errors).toEqual([]);
    expect(apiKey).toMatchObject({ level: 'space', spaceId: 'space_acme', permissionKeys: ['resources:read', 'authz:check'], createdByUserId: 'user_root', status: 'active' });
    expect(secret).toMatch(/^ply_ak_[0-9a-f]{32}\.[0-9a-f]{64}$/);
    const [stored] = await plane.run(sql`SELECT encode(hash, 'hex') AS hash, kid, octet_length(hash) AS size FROM sys_admin.api_key_secrets WHERE api_key_id = ${apiKey?.id}`);
    expect(stored).toMatchObject({ size: 32, kid: expect.stringMatching(/^kid_/) });
    const everything = JSON.stringify([await plane.run(sql`SELECT * FROM sys_admin.api_keys`), plane.audited]);
    expect(everything).not.toContain(secret.split('.')[1]);
    expect(plane.audited.slice(before)).toMatchObject([{ type: 'api_key.created', spaceId: 'space_acme', target: { type: 'ApiKey', id: apiKey?.id } }]);
    expect(await enter(secret)).toMatchObject({ kind: 'api_key', credentialId: apiKey?.id, grants: [{ level: 'space_admin', spaceId: 'space_acme' }, {}] });
  });

  test('sent again with its idempotency key, it acts once and does not show the secret again', async () => {
    const input = { idempotencyKey: 'make-key-1', name: 'Once' } as Partial<CreateApiKey>;
    const [first, second] = [await create(root, input), await create(root, input)];
    expect(second.apiKey?.id).toBe(first.apiKey?.id);
    expect([typeof first.secret, second.secret]).toEqual(['string', undefined]);
    expect(await plane.run(sql`SELECT count(*)::int AS n FROM sys_admin.api_keys WHERE name = 'Once'`)).toEqual([{ n: 1 }]);
    expect(JSON.stringify(await plane.run(sql`SELECT result FROM sys_kernel.idempotency`))).not.toContain('ply_ak_');
  });

  test.each<[string, Partial<CreateApiKey>, string, readonly (string | number)[]]>([
    ['no permission key', { permissionKeys: [] }, 'VALIDATION_FAILED', ['permissionKeys']],
    ['a malformed permission key', { permissionKeys: ['users:read', 'users'] }, 'VALIDATION_FAILED', ['permissionKeys', '1']],
    ['an unregistered permission key', { permissionKeys: ['nothing:here'] }, 'VALIDATION_FAILED', ['permissionKeys', '0']],
    ['an end that has passed', { expiresAt: new Date(Date.now() - 60_000) }, 'VALIDATION_FAILED', ['expiresAt']],
    ['an instance key with a Space', { level: 'instance' }, 'VALIDATION_FAILED', ['spaceId']],
    ['an instance key that acts as a Member', { level: 'instance', spaceId: null, memberId: 'member_creator' }, 'VALIDATION_FAILED', ['memberId']],
    ['a Space key without Space', { spaceId: null }, 'VALIDATION_FAILED', ['spaceId']],
    ['a Space key with a group', { groupId: 'group_legal' }, 'VALIDATION_FAILED', ['groupId']],
    ['a group key without group', { level: 'group' }, 'VALIDATION_FAILED', ['groupId']],
    ['a group of another Space', { level: 'group', groupId: 'group_elsewhere' }, 'GROUP_NOT_FOUND', ['groupId']],
    ['a Member of another Space', { memberId: 'member_stranger' }, 'MEMBER_NOT_FOUND', ['memberId']],
    ['an unknown Space', { spaceId: 'space_nowhere' }, 'SPACE_NOT_FOUND', ['spaceId']],
    ['an empty name', { name: '' }, 'VALIDATION_FAILED', ['name']],
    ['metadata beyond 16 KiB', { metadata: { text: 'x'.repeat(17_000) } }, 'VALIDATION_FAILED', ['metadata']],
    ['an id of another type', { id: 'user_key' }, 'VALIDATION_FAILED', ['id']],
  ])('refuses %s and makes nothing', async (_, input, code, path) => {
    const [before] = await plane.run(sql`SELECT count(*)::int AS n FROM sys_admin.api_keys`);
    const { apiKey, secret, errors } = await create(root, input);
    expect([apiKey, secret]).toEqual([undefined, undefined]);
    expect(errors).toMatchObject([{ code, path: ['input', ...path] }]);
    expect(await plane.run(sql`SELECT count(*)::int AS n FROM sys_admin.api_keys`)).toEqual([before]);
  });

  test('a taken id answers like a reserved one', async () => {
    await made(root, { id: 'ak_taken' });
    expect((await create(root, { id: 'ak_taken' })).errors).toMatchObject([{ code: 'ID_UNAVAILABLE', path: ['input', 'id'] }]);
  });
});

describe('delegation', () => {
  test('AG-18, AG-19: a key makes keys within its own rights', async () => {
    const { secret } = await made(root, { permissionKeys: ['api_keys:create'] });
    await expect(create(secret, { permissionKeys: ['resources:manage'] })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'resources:manage' } });
    const child = await made(secret, { permissionKeys: ['api_keys:create'] });
    expect(await enter(child.secret)).toMatchObject({ grants: [{ permissionKey: 'api_keys:create', spaceId: 'space_acme' }] });
    await expect(create(secret, { level: 'instance', spaceId: null, permissionKeys: ['api_keys:create'] })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await create(secret, { spaceId: 'space_other', permissionKeys: ['api_keys:create'] })).errors).toMatchObject([{ code: 'SPACE_NOT_FOUND' }]);
  });

  test('acting as a Member needs the right over bindings', async () => {
    await plane.grant('user_bob', 'space_admin', 'api_keys:*', { spaceId: 'space_acme' });
    await plane.grant('user_bob', 'space_admin', 'members:read', { spaceId: 'space_acme' });
    const bob = await plane.signIn('user_bob', { userMemberId: 'um_bob' });
    await expect(create(bob, { permissionKeys: ['api_keys:read'], memberId: 'member_reviewer' })).rejects.toMatchObject({ details: { permission: 'user_members:manage' } });
    const own = await made(bob, { permissionKeys: ['api_keys:read'], memberId: 'member_creator' });
    expect((await enter(own.secret)).actor).toMatchObject({ memberId: 'member_creator', spaceId: 'space_acme' });
    const bound = await made(root, { memberId: 'member_reviewer' });
    expect((await enter(bound.secret)).actor).toMatchObject({ memberId: 'member_reviewer', spaceId: 'space_acme' });
  });

  test('who rotates a key would hold its rights, so it needs them all', async () => {
    const { id } = await made(root, { permissionKeys: ['resources:manage'] });
    const bob = await plane.signIn('user_bob', { userMemberId: 'um_bob' });
    await expect(keys().rotate(await plane.as(bob), { id })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'resources:manage' } });
  });

  test('API keys change no admin grants', async () => {
    const { secret } = await made(root, { level: 'instance', spaceId: null, permissionKeys: ['*'] });
    const document = 'mutation { createAdminGrant(input: { userId: "user_bob", level: SPACE_ADMIN, spaceId: "space_acme", permissionKey: "users:read" }) { adminGrant { id } } }';
    const { data, errors } = await plane.query(await plane.as(secret), document);
    expect(data).toEqual({ createAdminGrant: null });
    expect(errors?.[0]?.message).toBe('Unauthorized field or type');
    const input = { userId: 'user_bob', level: 'space_admin', spaceId: 'space_acme', permissionKey: 'users:read' } as const;
    await expect(plane.get(adminGrantsRef).create(await plane.as(secret), input)).rejects.toMatchObject({ message: expect.stringContaining('not with an API key') as unknown });
  });
});

describe('use', () => {
  let space: string;
  beforeAll(async () => {
    space = (await made(root, { permissionKeys: ['authz:check', 'api_keys:create'] })).secret;
  });

  test('AK-1: a disabled key is refused until it is restored', async () => {
    const { id, secret } = await made(root, { level: 'instance', spaceId: null });
    await enter(secret);
    await keys().disable(await plane.as(root), { id });
    await plane.feed.catchUp();
    await expect(enter(secret)).rejects.toMatchObject(refused);
    await keys().restore(await plane.as(root), { id });
    expect(await allows(secret, 'resources:read')).toBe(true);
  });

  test('AK-2: a revoked key is refused for good', async () => {
    const { id, secret } = await made(root, { level: 'instance', spaceId: null });
    await enter(secret);
    expect((await keys().revoke(await plane.as(root), { id, reason: 'leaked' })).apiKey).toMatchObject({ status: 'revoked', revokedReason: 'leaked' });
    await plane.feed.catchUp();
    await expect(enter(secret)).rejects.toMatchObject(refused);
    expect((await keys().restore(await plane.as(root), { id })).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'id'] }]);
    expect((await keys().rotate(await plane.as(root), { id })).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'id'] }]);
  });

  test('AK-3: an expired key is refused, also when it was held in memory', async () => {
    const { secret } = await made(root, { level: 'instance', spaceId: null, expiresAt: new Date(Date.now() + 60_000) });
    expect((await enter(secret)).expiresAt).toBeGreaterThan(Date.now());
    await expect(enter(secret, Date.now() + 61_000)).rejects.toMatchObject(refused);
  });

  test('AK-4 to AK-8: a key of a Space reaches that Space and nothing else', async () => {
    const { secret } = await made(root, {});
    expect(await allows(secret, 'resources:read')).toBe(false);
    expect(await allows(space, 'authz:check', { spaceId: 'space_acme' })).toBe(true);
    expect(await allows(space, 'authz:check', { spaceId: 'space_other' })).toBe(false);
    expect(await allows(space, 'resources:read', { spaceId: 'space_acme' })).toBe(false);
  });

  test('AK-5, AK-6: the scope of a guard asks whether the key is held somewhere; the target decides', async () => {
    const context = await plane.as(space);
    const list = await plane.query(context, '{ apiKeys { totalCount } }');
    expect([list.data, list.errors?.length]).toEqual([{ apiKeys: null }, 1]);
    const made = await plane.query(context, 'mutation { createApiKey(input: { name: "x", level: SPACE, permissionKeys: ["authz:check"] }) { errors { code path } } }');
    expect(made.data).toEqual({ createApiKey: { errors: [{ code: 'VALIDATION_FAILED', path: ['input', 'spaceId'] }] } });
  });

  test('AK-9: the id is read from the token', () => {
    expect(apiKeyIdOf(newApiKeyToken('ak_test'))).toBe('ak_test');
    expect(apiKeyIdOf(newApiKeyToken('ak_with.dots'))).toBe('ak_with.dots');
    for (const broken of ['', 'ply_ak_', 'ply_ak_test', 'ply_ak_test.', `ply_ak_test.${'g'.repeat(64)}`, `ply_ak_test.${'a'.repeat(63)}`, `ak_test.${'a'.repeat(64)}`, `ply_ak_${'x'.repeat(200)}.${'a'.repeat(64)}`]) {
      expect(apiKeyIdOf(broken)).toBeUndefined();
    }
  });

  test('AK-10: after the HMAC key is rotated, secrets of the old key and of the new one work', async () => {
    const old = await made(root, {});
    const { kid, errors } = await plane.get(keyRotationRef).rotateApiKeyHmacKey(await plane.as(root), {});
    expect(errors).toEqual([]);
    const fresh = await made(root, {});
    expect(await plane.run(sql`SELECT kid FROM sys_admin.api_key_secrets WHERE api_key_id = ${fresh.id}`)).toEqual([{ kid }]);
    expect(await enter(old.secret)).toMatchObject({ credentialId: old.id });
    expect(await enter(fresh.secret)).toMatchObject({ credentialId: fresh.id });
    expect(plane.audited.at(-2)).toMatchObject({ type: 'key.rotated', target: { type: 'Key', id: kid }, details: { purpose: 'api_key' } });
  });

  test('an unknown key and a wrong secret are refused alike', async () => {
    const { id } = await made(root, {});
    const failures = await Promise.all([newApiKeyToken(id), newApiKeyToken('ak_nobody'), 'ply_ak_broken', 'not a key'].map((token) => enter(token).catch((error: unknown) => error)));
    expect(failures.map((error) => [(error as { code: string }).code, (error as Error).message])).toEqual(Array(4).fill(['UNAUTHENTICATED', 'The API key is not valid.']));
  });

  test('a key bound to a Member ends with the Member, and acts as nobody in a Space that is off', async () => {
    const { secret } = await made(root, { spaceId: 'space_other', memberId: 'member_stranger' });
    expect((await enter(secret)).actor?.memberId).toBe('member_stranger');
    await plane.run(sql`UPDATE sys_identity.spaces SET status = 'disabled' WHERE id = 'space_other'`);
    await plane.feed.catchUp();
    expect((await enter(secret)).actor).toBeUndefined();
    await plane.run(sql`UPDATE sys_identity.spaces SET status = 'active' WHERE id = 'space_other'`);
    await plane.run(sql`UPDATE sys_identity.members SET status = 'disabled' WHERE id = 'member_stranger'`);
    await plane.feed.catchUp();
    await expect(enter(secret)).rejects.toMatchObject(refused);
    await plane.run(sql`UPDATE sys_identity.members SET status = 'active' WHERE id = 'member_stranger'`);
  });
});

describe('rotation', () => {
  test('the old secret works until the overlap ends', async () => {
    const { id, secret: old } = await made(root, {});
    await enter(old);
    const { secret = '', previousValidUntil, apiKey } = await keys().rotate(await plane.as(root), { id, overlapSeconds: 60 });
    expect(secret).toMatch(new RegExp(`^ply_${id}\\.`));
    expect(apiKey?.version).toBe(2);
    await plane.feed.catchUp();
    expect(await enter(secret)).toMatchObject({ credentialId: id });
    expect(await enter(old)).toMatchObject({ credentialId: id, expiresAt: previousValidUntil?.getTime() });
    await expect(enter(old, Date.now() + 61_000)).rejects.toMatchObject(refused);
    expect(await enter(secret, Date.now() + 61_000)).toMatchObject({ credentialId: id });
  });

  test('without overlap the old secret ends at once, also where it was held in memory', async () => {
    const { id, secret: old } = await made(root, {});
    const held = await enter(old);
    const { secret = '' } = await keys().rotate(await plane.as(root), { id });
    await plane.feed.catchUp();
    await expect(enter(old)).rejects.toMatchObject(refused);
    expect(await plane.get(authenticatorRef).refresh(held, Date.now())).toBeUndefined();
    expect(await enter(secret)).toMatchObject({ credentialId: id });
    expect(plane.audited.at(-1)).toMatchObject({ type: 'api_key.rotated', target: { id } });
  });

  test('an overlap outside of its bounds is refused', async () => {
    const { id } = await made(root, {});
    for (const overlapSeconds of [-1, 31 * 86_400]) {
      expect((await keys().rotate(await plane.as(root), { id, overlapSeconds })).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'overlapSeconds'] }]);
    }
  });
});

describe('reach', () => {
  test('lists and changes end at the Space and the subtree', async () => {
    const apac = await made(root, { level: 'group', groupId: 'group_finance_apac', permissionKeys: ['resources:read'] });
    const legal = await made(root, { level: 'group', groupId: 'group_legal', permissionKeys: ['resources:read'] });
    const other = await made(root, { spaceId: 'space_other' });
    const instance = await made(root, { level: 'instance', spaceId: null });
    await plane.grant('user_alice', 'group_admin', 'api_keys:manage', { spaceId: 'space_acme', groupId: 'group_finance' });
    await plane.feed.catchUp();
    const alice = await plane.as(await plane.signIn('user_alice'));
    const page = await keys().list(alice, { status: 'active' }, { first: 200 });
    expect(page.edges.map(({ node }) => node.id)).toEqual([apac.id]);
    expect(await page.totalCount()).toBe(1);
    for (const { id } of [legal, other, instance]) {
      expect((await keys().disable(alice, { id })).errors).toMatchObject([{ code: 'API_KEY_NOT_FOUND', path: ['input', 'id'] }]);
      expect((await keys().revoke(alice, { id })).errors).toMatchObject([{ code: 'API_KEY_NOT_FOUND' }]);
    }
    expect(await keys().byIds(alice, [legal.id, apac.id])).toMatchObject([undefined, { id: apac.id }]);
    expect((await keys().disable(alice, { id: apac.id })).apiKey).toMatchObject({ status: 'disabled' });
    expect(await enter(legal.secret)).toMatchObject({ grants: [{ level: 'group_admin', groupPath: 'legal' }] });
  });

  test('a key of a disabled group holds nothing', async () => {
    const { secret } = await made(root, { level: 'group', groupId: 'group_legal', permissionKeys: ['resources:read'] });
    await plane.run(sql`UPDATE sys_identity.groups SET status = 'disabled' WHERE id = 'group_legal'`);
    expect((await enter(secret)).grants).toEqual([]);
    await plane.run(sql`UPDATE sys_identity.groups SET status = 'active' WHERE id = 'group_legal'`);
    await plane.feed.catchUp();
    expect((await enter(secret)).grants).toHaveLength(1);
  });
});
