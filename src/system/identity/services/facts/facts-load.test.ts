import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import { openIdentityWorld, type IdentityWorld } from '../../testing/identity-world.js';
import { spacesRef } from '../spaces.js';
import { factsImportRef } from './index.js';

const MEMBERS = 2_000;
const ROLES = 5;

let testDatabase: TestDatabase;
let world: IdentityWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await world.services.get(spacesRef).create(world.as(), { id: 'space_large', name: 'Large' });
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

async function* file(): AsyncGenerator<string> {
  const line = (fact: object): string => `${JSON.stringify(fact)}\n`;
  for (let group = 0; group < 100; group++) yield line({ kind: 'group', id: `group_${group}`, path: `g${group}` });
  for (let member = 0; member < MEMBERS; member++) yield line({ kind: 'member', id: `member_${member}`, displayName: `Member ${member}` });
  for (let role = 0; role < ROLES; role++) yield line({ kind: 'role', id: `role_${role}`, key: `r${role}`, name: `Role ${role}` });
  for (let member = 0; member < MEMBERS; member++) {
    let lines = '';
    for (let role = 0; role < ROLES; role++) {
      lines += line({ kind: 'member_role', memberId: `member_${member}`, roleId: `role_${role}`, scopeAnchorGroupId: `group_${(member + role) % 100}` });
    }
    yield lines;
  }
}

test('a large file is applied in batches, versions and events included', async () => {
  const report = await world.services.get(factsImportRef).importStream(world.as(), { spaceId: 'space_large', open: file });
  expect(report).toMatchObject({ errors: [], created: MEMBERS * ROLES + MEMBERS + ROLES + 100 });
  expect(await world.one(sql`SELECT count(*) AS count FROM sys_authz.fact_version WHERE kind = 'member_role'`)).toEqual({ count: MEMBERS * ROLES });
  expect(world.events.filter(({ type }) => type === 'facts.imported')).toHaveLength(3);
}, 120_000);
