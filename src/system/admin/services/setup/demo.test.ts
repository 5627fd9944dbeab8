import { sql } from '../../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { verifyPassword } from '../../../../kernel/crypto/index.js';
import { authenticatorRef } from '../../../shared/contracts/index.js';
import { demoSetupRef, type Demo } from './demo.js';
import { firstAdminsRef } from './first-admin.js';

let plane: TestControlPlane;
beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.close());

const setup = () => plane.get(demoSetupRef);
const make = async (): Promise<Demo> => {
  const demo = await setup().createDemo(await plane.as());
  if (demo === undefined) throw new Error('no demo was made');
  return demo;
};

test('makes everything that one allow and one deny need', async () => {
  const demo = await make();
  const [row] = await plane.run(sql`SELECT hash FROM sys_identity.passwords WHERE user_id = ${demo.userId}`);
  expect(await verifyPassword(demo.password, String(row?.['hash']))).toBe(true);
  const approvals = await plane.run(sql`
    SELECT r.id, starts_with(g.path || '.', anchor.path || '.') AS covered
    FROM sys_resource.resources r JOIN sys_identity.groups g ON g.id = r.group_id
    CROSS JOIN sys_authz.member_roles mr JOIN sys_identity.groups anchor ON anchor.id = mr.scope_anchor_group_id
    JOIN sys_authz.role_permissions rp ON rp.role_id = mr.role_id JOIN sys_authz.permissions p ON p.id = rp.permission_id
    JOIN sys_resource.resource_actions a ON a.resource_type = r.resource_type AND a.key = p.action AND a.status = 'active'
    JOIN sys_resource.resource_mappings m ON m.resource_type = r.resource_type AND m.status = 'active'
    WHERE mr.member_id = ${demo.memberId} AND p.resource_type = r.resource_type AND p.action = ${demo.action} AND p.scope = 'group_tree' ORDER BY r.external_id`);
  expect(approvals).toEqual([{ id: demo.allowedResourceId, covered: true }, { id: demo.deniedResourceId, covered: false }]);
  const admin = await plane.caller(await plane.signIn(demo.userId));
  expect(admin).toMatchObject({ actor: { memberId: demo.memberId, userMemberId: demo.userMemberId }, grants: [{ id: demo.adminGrantId, level: 'instance_super_admin' }] });
  expect(await plane.get(authenticatorRef).authenticate({ apiKey: demo.apiKey }, Date.now())).toMatchObject({ grants: [{ permissionKey: 'authz:check', spaceId: demo.spaceId }] });
  expect(await setup().demoPresent()).toBe(true);
  expect(plane.audited).toMatchObject([{ type: 'demo.created', callerKey: 'system:polity' }]);
  expect(JSON.stringify(plane.audited)).not.toContain(demo.password);
});

test('leaves an instance alone that has an administrator', async () => {
  await insertFinanceWorld(plane);
  expect(await setup().createDemo(await plane.as())).toBeUndefined();
  expect(await setup().demoPresent()).toBe(false);
  expect(await plane.run(sql`SELECT id FROM sys_identity.spaces WHERE is_demo`)).toEqual([]);
});

test('warns in me while the demo admin can sign in', async () => {
  const demo = await make();
  const { data } = await plane.query(await plane.as(await plane.signIn(demo.userId)), '{ me { warnings { code } } }');
  expect(data).toEqual({ me: { warnings: [{ code: 'DEMO_ADMIN_PRESENT' }] } });
});

test('is not removed while its admin is the last super admin', async () => {
  const demo = await make();
  expect((await setup().removeDemo(await plane.as())).errors).toMatchObject([{ code: 'LAST_SUPER_ADMIN' }]);
  expect(await setup().demoPresent()).toBe(true);
  expect(await plane.run(sql`SELECT status FROM sys_identity.spaces WHERE id = ${demo.spaceId}`)).toEqual([{ status: 'active' }]);
});

test('is removed with its sessions, rights and keys once there is another super admin', async () => {
  const demo = await make();
  const token = await plane.signIn(demo.userId);
  await plane.caller(token);
  await insertFinanceWorld(plane);
  const removed = await setup().removeDemo(await plane.as());
  expect(removed).toMatchObject({ userIds: [demo.userId], spaceIds: [demo.spaceId], revokedGrants: 1, revokedApiKeys: 1, errors: [] });
  await plane.feed.catchUp();
  await expect(plane.caller(token)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  await expect(plane.get(authenticatorRef).authenticate({ apiKey: demo.apiKey }, Date.now())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await plane.run(sql`SELECT status, delete_after > now() AS waits FROM sys_identity.spaces WHERE id = ${demo.spaceId}`)).toEqual([{ status: 'deleting', waits: true }]);
  expect(await setup().demoPresent()).toBe(false);
  expect(plane.audited.slice(-2)).toMatchObject([
    { type: 'demo.removed' }, { type: 'session.ended', details: { userId: demo.userId, reason: 'user_disabled' } },
  ]);
  const count = plane.audited.length;
  expect((await setup().removeDemo(await plane.as())).errors).toEqual([]);
  expect(plane.audited).toHaveLength(count);
});

test('makes way for a first administrator of the operator, and then goes', async () => {
  const demo = await make();
  const made = await plane.get(firstAdminsRef).bootstrap(await plane.as(), { email: 'root@example.com', password: 'a long enough password', ifExists: 'error' });
  expect(made).toMatchObject({ created: true, errors: [] });
  expect(await plane.get(firstAdminsRef).bootstrap(await plane.as(), { email: 'second@example.com', ifExists: 'error' })).toMatchObject({ errors: [{ code: 'ALREADY_EXISTS' }] });
  expect(await setup().removeDemo(await plane.as())).toMatchObject({ errors: [], userIds: [demo.userId] });
  expect(await setup().demoPresent()).toBe(false);
});
