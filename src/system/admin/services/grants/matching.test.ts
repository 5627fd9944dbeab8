import { covers, holdsSomewhere, isSuperAdmin, reach, type Caller, type CallerGrant, type ReachTarget } from '../../../shared/contracts/index.js';

const NOW = Date.UTC(2026, 4, 6);

const session = (...grants: Partial<CallerGrant>[]): Caller => caller('session', grants);
const apiKey = (...grants: Partial<CallerGrant>[]): Caller => caller('api_key', grants);
function caller(kind: Caller['kind'], grants: Partial<CallerGrant>[]): Caller {
  return { kind, key: `${kind}:x`, revision: 1, grants: grants.map((grant, index) => ({ id: `ag_${index}`, level: 'instance_admin', permissionKey: '*', ...grant })) };
}
const allows = (held: Caller, key: string, target: ReachTarget = {}): boolean => covers(reach(held, key, NOW), target);

const acmeReader = session({ level: 'space_admin', spaceId: 'space_acme', permissionKey: 'resources:read' });
const financeReader = session({ level: 'group_admin', spaceId: 'space_acme', groupId: 'group_finance', groupPath: 'finance', permissionKey: 'resources:read' });

// The rows of plystra-cases §4.2. What a handler decides there is decided here by the target; the scope in the schema asks only
// whether the key is held somewhere.
test.each<[string, boolean, boolean]>([
  ['AG-1', allows(session({ level: 'instance_super_admin', permissionKey: 'users:read' }), 'templates:manage'), true],
  ['AG-2', allows(session({ permissionKey: 'users:manage' }), 'users:read'), true],
  ['AG-3', allows(session({ permissionKey: 'api_keys:manage' }), 'api_keys:create'), true],
  ['AG-4', allows(session({ permissionKey: 'users:read' }), 'spaces:read'), false],
  ['AG-5', allows(acmeReader, 'resources:read', { spaceId: 'space_acme' }), true],
  ['AG-6', allows(acmeReader, 'resources:read', { spaceId: 'space_other' }), false],
  ['AG-7', allows(acmeReader, 'resources:read'), false],
  ['AG-8', holdsSomewhere(session({ level: 'space_admin', spaceId: 'space_acme', permissionKey: 'api_keys:create' }), 'api_keys:create', NOW), true],
  ['AG-9', allows(financeReader, 'resources:read', { spaceId: 'space_acme', groupPath: 'finance' }), true],
  ['AG-9 below', allows(financeReader, 'resources:read', { spaceId: 'space_acme', groupPath: 'finance.apac' }), true],
  ['AG-9 sibling with a longer name', allows(financeReader, 'resources:read', { spaceId: 'space_acme', groupPath: 'finance_archive' }), false],
  ['AG-10', allows(financeReader, 'resources:read', { spaceId: 'space_acme' }), false],
  ['AG-11', allows(financeReader, 'resources:read'), false],
  ['AG-12', isSuperAdmin(session({ level: 'instance_super_admin' })), true],
  ['AG-13', isSuperAdmin(session({ level: 'instance_admin' })), false],
  ['AG-14', isSuperAdmin(apiKey({ level: 'instance_admin' })), false],
  ['AG-15', reach(session({ level: 'space_admin', spaceId: 'space_acme', permissionKey: 'authz:check' }), 'authz:check', NOW).instance, false],
  ['AG-16', reach(session({ permissionKey: 'authz:check' }), 'authz:check', NOW).instance, true],
  ['a grant that has expired', allows(session({ permissionKey: 'users:read', expiresAt: NOW }), 'users:read'), false],
  ['a grant that expires later', allows(session({ permissionKey: 'users:read', expiresAt: NOW + 1 }), 'users:read'), true],
])('%s', (_, allowed, expected) => {
  expect(allowed).toBe(expected);
});
