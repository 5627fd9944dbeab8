import { factsImportRef } from '../../../src/system/identity/services/facts/index.js';
import { systemContext } from '../../../src/system/shared/contracts/index.js';
import { startTestServer, type TestServer } from '../../support/server.js';

/** `SOAK_ASSIGNMENTS=100000` is the size that must be taken within a minute. */
const ASSIGNMENTS = Number(process.env['SOAK_ASSIGNMENTS'] ?? 10_000);
const ROLES = 5;
const MEMBERS = ASSIGNMENTS / ROLES;
const SPACE = 'space_large';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  await admin.mutate('createSpace', { id: SPACE, name: 'Large' }, 'space { id }');
  for (let role = 0; role <= ROLES; role++) await admin.mutate('createRole', { id: `role_${role}`, spaceId: SPACE, key: `r${role}`, name: `Role ${role}` }, 'role { id }');
  await admin.mutate('createSeparationRule', { id: 'sod_large', spaceId: SPACE, name: 'Apart', roleIds: ['role_0', `role_${ROLES}`] }, 'separationRule { id }');
  await admin.mutate('createSeparationRule', { id: 'sod_two_of_three', spaceId: SPACE, name: 'Two of three', roleIds: ['role_1', 'role_2', `role_${ROLES}`], atMost: 2 }, 'separationRule { id }');
});
afterAll(() => server.stop());

async function* file(): AsyncGenerator<string> {
  const line = (fact: object): string => `${JSON.stringify(fact)}\n`;
  for (let member = 0; member < MEMBERS; member++) yield line({ kind: 'member', id: `member_${member}`, displayName: `Member ${member}` });
  for (let member = 0; member < MEMBERS; member++) {
    for (let role = 0; role < ROLES; role++) yield line({ kind: 'member_role', memberId: `member_${member}`, roleId: `role_${role}` });
  }
}

async function* withOneTooMany(): AsyncGenerator<string> {
  yield* file();
  yield JSON.stringify({ kind: 'member_role', memberId: 'member_7', roleId: `role_${ROLES}` });
}

test('a large import is held against the rules of its Space, in time', async () => {
  const { container } = server.server.platform;
  const importing = (open: () => AsyncGenerator<string>) => container.get(factsImportRef).importStream(systemContext(container.process, Date.now()), { spaceId: SPACE, open });
  const began = performance.now();
  expect(await importing(file)).toMatchObject({ errors: [], created: MEMBERS + ASSIGNMENTS });
  expect(performance.now() - began).toBeLessThan(60_000);
  expect((await importing(withOneTooMany)).errors).toEqual([{
    code: 'SEPARATION_OF_DUTY', path: ['input', 'jsonl', String(MEMBERS + ASSIGNMENTS + 1), 'roleId'], message: expect.stringContaining('sod_large') as unknown,
  }]);
}, 300_000);
