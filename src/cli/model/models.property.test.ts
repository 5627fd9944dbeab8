import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { openPlatform, type Platform } from '../../boot/platform.js';
import { loadSettings } from '../../config/index.js';
import { createLogger } from '../../observability/index.js';
import { MODEL_IDS } from '../../system/authorization/model/ids.js';
import { FilesRefused, modelOfText, writeModel, type Model } from '../../system/authorization/model/index.js';
import { randomModel, randomRules } from '../../system/authorization/model/testing/random-model.js';
import { separationViolations } from '../../system/authorization/model/world/separation-violations.js';
import { systemContext, type RequestContext } from '../../system/shared/contracts/index.js';
import { openModels } from './open-models.js';

const SPACE = 'space_here';
const TABLES = [
  'sys_authz.permissions, sys_authz.roles, sys_authz.role_permissions, sys_authz.role_inheritances, sys_authz.member_roles, sys_authz.separation_rules',
  'sys_resource.resource_types, sys_resource.resource_actions, sys_resource.resource_mappings, sys_identity.groups, sys_identity.members, sys_identity.user_members, sys_identity.users',
].join(', ');

let folder: string;
let database: TestDatabase;
let platform: Platform;
let owner: Client;
let models: ReturnType<typeof openModels>;

const context = (): RequestContext => systemContext(platform.container.process, Date.now());
const importing = (model: Model, more: { dryRun?: boolean; prune?: boolean; withData?: boolean } = {}) =>
  models.importing.import(context(), { model, file: 'm.yaml', sha256: '0'.repeat(64), spaceId: SPACE, withData: false, dryRun: false, prune: false, ...more });
const exported = async (withData = false): Promise<string> => (await models.exporting.export(context(), { spaceId: SPACE, withData })).yaml;
const differences = (model: Model, withData = false) => models.exporting.diff(context(), { model, file: 'm.yaml', spaceId: SPACE, withData });
const empty = () => owner.query(`TRUNCATE ${TABLES} CASCADE`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-models-'));
  database = await createTestDatabase();
  const settings = loadSettings({
    DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl, POLITY_MASTER_KEY: randomBytes(32).toString('base64'), POLITY_DATA_DIR: folder, NODE_ENV: 'test', POLITY_LOG_LEVEL: 'warn',
  });
  platform = await openPlatform(settings, { logger: createLogger(settings, { write: () => undefined }) });
  await platform.bringUp();
  models = openModels(platform);
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`INSERT INTO sys_identity.spaces (id, name) VALUES ('${SPACE}', 'Here')`);
}, 60_000);
afterAll(async () => {
  await owner.end();
  await platform.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

test('rules: what was imported is exported as the same bytes, and imported again without a change', async () => {
  await fc.assert(fc.asyncProperty(randomRules, async (model) => {
    await empty();
    const text = writeModel(model);
    const dry = await importing(model, { dryRun: true });
    expect(await exported()).toBe('polity: 1\n');
    const done = await importing(model);
    expect(done.changes.map(({ kind, op, name }) => [kind, op, name])).toEqual(dry.changes.map(({ kind, op, name }) => [kind, op, name]));
    expect(await exported()).toBe(text);
    expect(await differences(modelOfText('m.yaml', text))).toEqual([]);
    expect(await importing(modelOfText('m.yaml', text), { prune: true })).toMatchObject({ changes: [], kept: [] });
    expect(await exported()).toBe(text);
  }), { numRuns: 15 });
}, 240_000);

test('with data: the same, but for what has ended', async () => {
  await fc.assert(fc.asyncProperty(randomModel, async (random) => {
    await empty();
    const now = Date.now();
    const model = inForce(random, now);
    await importing(model, { withData: true });
    const text = await exported(true);
    expect(text).toBe(writeModel(model));
    expect(await importing(modelOfText('m.yaml', text), { withData: true, prune: true })).toMatchObject({ changes: [], kept: [] });
    await expectSameViolations(model);
  }), { numRuns: 15 });
}, 240_000);

test('a file takes the place of another: with --prune nothing of the old one counts, and nothing is deleted', async () => {
  await fc.assert(fc.asyncProperty(randomRules, randomRules, async (old, wanted) => {
    await empty();
    await importing(old);
    const before = await exported();
    const plan = await importing(wanted, { prune: true, dryRun: true }).catch((error: unknown) => error);
    expect(await exported()).toBe(before);
    const done = await importing(wanted, { prune: true }).catch((error: unknown) => error);
    expect(String((done as Error).message ?? '')).toBe(String((plan as Error).message ?? ''));
    expect(done).not.toBeInstanceOf(FilesRefused);
    expect(await differences(wanted)).toEqual([]);
    const stored = modelOfText('stored', await exported());
    for (const key of old.roles.keys()) expect(stored.roles.get(key)?.status).toBe(wanted.roles.get(key)?.status ?? 'disabled');
    expect(stored.roles.size).toBe(new Set([...old.roles.keys(), ...wanted.roles.keys()]).size);
  }), { numRuns: 12 });
}, 240_000);

/** What of a model an import makes and an export gives: nothing that has ended, and people with addresses. */
function inForce(model: Model, now: number): Model {
  const isOpen = ({ expiresAt }: { readonly expiresAt?: number }): boolean => expiresAt === undefined || expiresAt > now;
  const bound = new Set<string>();
  const members = new Map([...model.members].map(([key, member]) => {
    const bindings = new Map([...member.bindings].filter(([, binding]) => binding.status === 'active' && isOpen(binding)));
    for (const { user } of bindings.values()) bound.add(user.name);
    return [key, { ...member, bindings }];
  }));
  return {
    ...model, members,
    space: { ...model.space!, key: 'here' },
    users: new Map([...model.users].filter(([key]) => bound.has(key)).map(([key, user], at) => [key, { ...user, email: user.email ?? `someone-${at}@example.org` }])),
    assignments: model.assignments.filter(isOpen),
    resources: new Map(),
  };
}

/** The violations that tests find are those that the database finds. */
async function expectSameViolations(model: Model): Promise<void> {
  const { rows } = await owner.query<{ name: string; member: string; held: string[] }>(`
    SELECT r.name, v.member_id AS member, ARRAY(SELECT coalesce(ro.key, p.id) FROM unnest(v.held) AS h (id) LEFT JOIN sys_authz.roles ro ON ro.id = h.id LEFT JOIN sys_authz.permissions p ON p.id = h.id) AS held
    FROM sys_authz.separation_violations((SELECT jsonb_agg(to_jsonb(s)) FROM sys_authz.separation_rules s WHERE s.status = 'active'), NULL, now()) v JOIN sys_authz.separation_rules r ON r.id = v.rule_id`);
  const found = rows.map(({ name, member, held }) => JSON.stringify([name, member, held.toSorted()])).sort();
  const expected = separationViolations(model, Date.now()).map(({ rule, member, holds }) =>
    JSON.stringify([rule.name, MODEL_IDS.member(member), holds.map((name) => (rule.roles.length > 0 ? name : MODEL_IDS.permission(name))).sort()])).sort();
  expect(found).toEqual(expected);
}
