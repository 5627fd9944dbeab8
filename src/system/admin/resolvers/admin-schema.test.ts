import { sql } from '../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../test/support/control-plane.js';
import { ANONYMOUS } from '../../shared/contracts/index.js';

let plane: TestControlPlane;
let root: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  root = await plane.signIn('user_root');
});
afterAll(() => plane.close());

const ME = `{ me { credentialKind sessionId user { id email } activeMember { id spaceId userMemberId } apiKey { id level } expiresAt
  grants { level permissionKey spaceId groupId } permissions { key reach { instance spaces groups } } warnings { code } } }`;

describe('me', () => {
  test('says who I am and what follows from my rights', async () => {
    await plane.grant('user_alice', 'space_admin', 'resources:manage', { spaceId: 'space_acme' });
    await plane.grant('user_alice', 'group_admin', 'groups:read', { spaceId: 'space_acme', groupId: 'group_finance' });
    await plane.grant('user_alice', 'space_admin', 'users:read', { spaceId: 'space_acme', expiresAt: new Date(Date.now() - 1_000) });
    const token = await plane.signIn('user_alice');
    const { data, errors } = await plane.query(await plane.as(token), ME);
    expect(errors).toBeUndefined();
    const reach = { instance: false, spaces: ['space_acme'], groups: [] };
    expect(data?.me).toMatchObject({
      credentialKind: 'SESSION', sessionId: token.split('.')[0], user: { id: 'user_alice', email: 'alice@example.com' }, apiKey: null, warnings: [],
      activeMember: { id: 'member_reviewer', spaceId: 'space_acme', userMemberId: 'um_alice' },
      grants: [
        { level: 'SPACE_ADMIN', permissionKey: 'resources:manage', spaceId: 'space_acme', groupId: null },
        { level: 'GROUP_ADMIN', permissionKey: 'groups:read', spaceId: 'space_acme', groupId: 'group_finance' },
      ],
    });
    expect(data?.me.permissions).toEqual([
      { key: 'groups:read', reach: { instance: false, spaces: [], groups: ['group_finance'] } },
      { key: 'resources:read', reach }, { key: 'resources:manage', reach },
    ]);
  });

  test('of a super admin holds every registered permission', async () => {
    const { data } = await plane.query(await plane.as(root), ME);
    expect(data?.me.permissions.length).toBeGreaterThan(20);
    expect(data?.me.permissions.every((permission: { reach: { instance: boolean } }) => permission.reach.instance)).toBe(true);
  });

  test('of an API key shows the key, and no User', async () => {
    const made = await plane.query(await plane.as(root),
      'mutation { createApiKey(input: { name: "Backend", level: SPACE, spaceId: "space_acme", memberId: "member_reviewer", permissionKeys: ["authz:check"] }) { secret apiKey { id prefix } errors { message } } }');
    const { secret, apiKey } = (made.data as Record<string, unknown>)['createApiKey'] as { secret: string; apiKey: { id: string; prefix: string } };
    expect(secret.startsWith(`${apiKey.prefix}.`)).toBe(true);
    const { data } = await plane.query(await plane.as(secret), ME);
    expect(data?.me).toMatchObject({
      credentialKind: 'API_KEY', sessionId: null, user: null, apiKey: { id: apiKey.id, level: 'SPACE' },
      activeMember: { id: 'member_reviewer', userMemberId: null }, permissions: [{ key: 'authz:check', reach: { spaces: ['space_acme'] } }],
    });
  });

  test('is nothing for callers without credentials', async () => {
    const { data, errors } = await plane.query({ ...(await plane.as()), caller: ANONYMOUS }, ME);
    expect([data, errors?.length]).toEqual([{ me: null }, 1]);
  });
});

describe('reports', () => {
  test('capabilities are shown to who reads the instance', async () => {
    const { data } = await plane.query(await plane.as(root), '{ capabilities { id name version state stability startDurationMs error { code } since } }');
    expect(data?.capabilities).toEqual([{ id: 'admin.control_plane', name: 'Control plane', version: '0.1.0', state: 'READY', stability: 'preview', startDurationMs: 3, error: null, since: '1970-01-01T00:00:00.000Z' }]);
  });

  test('a right over a Space is none over the instance', async () => {
    await plane.grant('user_bob', 'space_admin', '*', { spaceId: 'space_acme' });
    const { data, errors } = await plane.query(await plane.as(await plane.signIn('user_bob')), '{ capabilities { id } }');
    expect([data, errors?.length]).toEqual([{ capabilities: null }, 1]);
  });

  test('permissions are listed by key with their owner', async () => {
    const { data } = await plane.query(await plane.as(root), '{ controlPlanePermissions { key owner description } }');
    const keys = data?.controlPlanePermissions.map(({ key }: { key: string }) => key);
    expect(keys).toEqual(keys.toSorted());
    expect(data?.controlPlanePermissions).toContainEqual({ key: 'registry:manage', owner: 'resource.registry', description: 'registry:manage' });
  });
});

describe('rotation of keys', () => {
  const ROTATE = 'mutation { rotateSigningKey(input: {}) { kid errors { code } } }';

  test('is for super admins, and audited', async () => {
    const { data } = await plane.query(await plane.as(root), ROTATE);
    const { kid } = (data as Record<string, unknown>)['rotateSigningKey'] as { kid: string };
    expect(await plane.run(sql`SELECT purpose FROM sys_kernel.key WHERE kid = ${kid} AND retired_at IS NULL`)).toEqual([{ purpose: 'token_signing' }]);
    expect(plane.audited.at(-1)).toMatchObject({ type: 'key.rotated', target: { type: 'Key', id: kid } });
  });

  test('an instance admin and an API key with every key may not', async () => {
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_admin', 'admin@example.com')`);
    await plane.grant('user_admin', 'instance_admin', '*');
    const made = await plane.query(await plane.as(root), 'mutation { createApiKey(input: { name: "All", level: INSTANCE, permissionKeys: ["*"] }) { secret } }');
    const refusals = [[await plane.signIn('user_admin'), 'Only a super admin rotates keys.'], [made.data?.createApiKey.secret as string, 'Unauthorized field or type']];
    for (const [token, refusal] of refusals) {
      const { data, errors } = await plane.query(await plane.as(token), ROTATE);
      expect([data, errors?.[0]?.message]).toEqual([{ rotateSigningKey: null }, refusal]);
    }
  });
});

test('grants and keys go through the schema in its words', async () => {
  const context = await plane.as(root);
  const created = await plane.query(context, 'mutation { createAdminGrant(input: { userId: "user_bob", level: GROUP_ADMIN, groupId: "group_legal", permissionKey: "members:read" }) { adminGrant { id level spaceId status version } errors { code } } }');
  expect(created.data?.createAdminGrant).toMatchObject({ adminGrant: { level: 'GROUP_ADMIN', spaceId: 'space_acme', status: 'ACTIVE', version: 1 }, errors: [] });
  const id = created.data?.createAdminGrant.adminGrant.id as string;
  const listed = await plane.query(context, '{ adminGrants(userId: "user_bob", level: GROUP_ADMIN) { edges { node { id permissionKey } } totalCount } }');
  expect(listed.data?.adminGrants).toEqual({ edges: [{ node: { id, permissionKey: 'members:read' } }], totalCount: 1 });
  const revoked = await plane.query(context, `mutation { revokeAdminGrant(input: { id: "${id}", reason: "done" }) { adminGrant { status revokedReason } } }`);
  expect(revoked.data?.revokeAdminGrant.adminGrant).toEqual({ status: 'REVOKED', revokedReason: 'done' });
  const key = await plane.query(context, 'mutation { createApiKey(input: { name: "Tagged", level: SPACE, spaceId: "space_acme", permissionKeys: ["authz:check"], metadata: { team: "x", apiToken: "hidden" } }) { apiKey { id metadata } } }');
  expect(key.data?.createApiKey.apiKey.metadata).toEqual({ team: 'x', apiToken: '[redacted]' });
  const read = await plane.query(context, `{ apiKey(id: "${key.data?.createApiKey.apiKey.id}") { name level status prefix lastUsedAt } }`);
  expect(read.data?.apiKey).toMatchObject({ name: 'Tagged', level: 'SPACE', status: 'ACTIVE', lastUsedAt: null });
});
