import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { runRecorded, type Outcome } from './testing/recorded-io.js';

const masterKey = randomBytes(32).toString('base64');
let folder: string;
let database: TestDatabase;
let file: string;

const polity = (...args: string[]): Promise<Outcome> => runRecorded(args, {
  DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl, POLITY_MASTER_KEY: masterKey, POLITY_DATA_DIR: folder, NODE_ENV: 'test',
});
const model = (command: string, ...args: string[]): Promise<Outcome> => polity('model', command, '--space', 'space_1', ...args);

async function ask<Row extends object>(sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const MODEL = `polity: 1
resource_types:
  report:
    name: Report
    mapping: internal_table
    actions:
      approve:
        risk: high
      read: {}
permissions:
  approve_tree:
    type: report
    action: approve
    scope: group_tree
    condition: resource.metadata.amount <= 1000
  never:
    type: report
    action: read
    scope: global
  read_all:
    type: report
    action: read
    scope: space
roles:
  approver:
    name: Approver
    inherits:
      - reader
    permissions:
      - approve_tree
  old:
    status: disabled
  payer: {}
  reader:
    requestable: true
    permissions:
      - read_all
separation_rules:
  - name: Four eyes
    roles:
      - approver
      - payer
`;
const write = async (content: string): Promise<void> => writeFile(file, content);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-model-'));
  file = join(folder, 'm.yaml');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  database = await createTestDatabase();
  await ask(`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_1', 'One'), ('space_2', 'Two')`);
  await write(MODEL);
});
afterEach(() => database.drop());

/** Everything that rules and people are stored in, and the log, as one text. */
async function digest(): Promise<string> {
  const tables = ['sys_authz.permissions', 'sys_authz.roles', 'sys_authz.role_permissions', 'sys_authz.role_inheritances', 'sys_authz.member_roles', 'sys_authz.separation_rules', 'sys_authz.revision',
    'sys_resource.resource_types', 'sys_resource.resource_actions', 'sys_resource.resource_mappings', 'sys_identity.groups', 'sys_identity.members', 'sys_identity.user_members', 'sys_identity.users'];
  const rows = await Promise.all(tables.map((table) => ask<{ text: string }>(`SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text), '[]')::text AS text FROM ${table} t`)));
  return JSON.stringify(rows) + JSON.stringify(await events());
}

const events = (): Promise<{ type: string; body: string }[]> => ask(`SELECT type, convert_from(body, 'UTF8') AS body FROM sys_audit.event WHERE type LIKE 'model.%' OR type LIKE 'role%' OR type LIKE 'permission%' OR type LIKE 'separation%' OR type LIKE 'resource%' ORDER BY seq`);
const done = (outcome: Outcome): string => {
  expect({ code: outcome.code, err: outcome.err }).toEqual({ code: 0, err: '' });
  return outcome.out;
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('model export and import', () => {
  it('is told first, then done, recorded once with the digest of the file, and exported as the same bytes', async () => {
    const before = await digest();
    const dry = done(await model('import', file, '--dry-run'));
    expect(await digest()).toBe(before);
    const out = done(await model('import', file));
    expect(out).toBe(`resource types
  + type report
  + action report.approve: risk high
  + action report.read
  + mapping report: internal_table
permissions
  + approve_tree: allow report.approve in group_tree if resource.metadata.amount <= 1000
  + never: allow report.read in global
  + read_all: allow report.read in space
roles
  + approver
  + old
  + payer
  + reader
  + approver holds approve_tree
  + reader holds read_all
  + approver inherits reader
rules of separation
  + Four eyes: at most 1 of approver, payer
15 added, 0 changed, 0 put out of force.
`);
    expect(dry).toBe(out.replace('force.', 'force; this was a dry run, and nothing has changed.'));
    const written = await events();
    expect(written.filter(({ type }) => type === 'model.imported').map(({ body }) => (JSON.parse(body) as { details: unknown }).details)).toEqual([
      { sha256: sha256(MODEL), prune: false, added: 15, changed: 0, removed: 0, kept: 0 },
    ]);
    // Each change is recorded as it would be by itself, too.
    expect(Object.fromEntries([...Map.groupBy(written, ({ type }) => type)].map(([type, found]) => [type, found.length]))).toMatchObject({
      'permission.created': 3, 'role.created': 4, 'role.disabled': 1, 'role_permission.created': 2, 'role_inheritance.created': 1, 'separation_rule.created': 1, 'resource_type.created': 1, 'resource_action.created': 2, 'resource_mapping.set': 1,
    });
    expect(new Set(written.map(({ body }) => (JSON.parse(body) as { requestId: string }).requestId)).size).toBe(1);

    expect(done(await model('export'))).toBe(MODEL);
    const target = join(folder, 'out.yaml');
    expect(done(await model('export', '--out', target))).toBe('');
    expect(await readFile(target, 'utf8')).toBe(MODEL);
    expect(await model('export', '--out', target)).toMatchObject({ code: 2, err: expect.stringContaining('--out: ') });
    const rows = await ask(`SELECT id, updated_at FROM sys_authz.roles ORDER BY id`);
    expect(done(await model('import', file, '--prune'))).toBe('0 added, 0 changed, 0 put out of force.\n');
    expect(await ask(`SELECT id, updated_at FROM sys_authz.roles ORDER BY id`)).toEqual(rows);
    expect((await events()).filter(({ type }) => type === 'model.exported')).toHaveLength(2);
  });

  it('gives types and Permissions without a Space', async () => {
    done(await model('import', file));
    const out = done(await polity('model', 'export'));
    expect(out).toBe(MODEL.slice(0, MODEL.indexOf('roles:')));
    await write(out.replace('risk: high', 'risk: critical'));
    expect(done(await polity('model', 'import', file))).toBe('resource types\n  ~ action report.approve: risk "high" → "critical"\n0 added, 1 changed, 0 put out of force.\n');
    expect(done(await model('export'))).toContain('risk: critical');
  });

  it('changes nothing but what differs, and says what a file does not have', async () => {
    done(await model('import', file));
    await write(MODEL
      .replace('name: Approver\n', 'name: Approvers\n').replace('amount <= 1000', 'amount <= 500').replace('  old:\n    status: disabled\n', '')
      .replace('    requestable: true\n', '').replace('      - payer\n', '      - payer\n      - reader\n').replace('      read: {}\n', '      read: {}\n      sign: {}\n'));
    const lines = `resource types
  + action report.sign
permissions
  + approve_tree: allow report.approve in group_tree if resource.metadata.amount <= 500
  - approve_tree@database: allow report.approve in group_tree if resource.metadata.amount <= 1000
roles
  ~ approver: name "Approver" → "Approvers"
  ~ reader: requestable true → false
  + approver holds approve_tree
  - approver holds approve_tree@database
rules of separation
  ~ Four eyes: roles [approver, payer] → [approver, payer, reader]
`;
    const before = await digest();
    expect(await model('diff', file)).toEqual({ code: 0, err: '', out: lines });
    expect(await model('diff', file, '--exit-code')).toEqual({ code: 1, err: '', out: lines });
    expect(await digest()).toBe(before);
    expect(JSON.parse(done(await model('diff', file, '--json')))[5]).toEqual({
      op: 'add', kind: 'role_permission', name: 'approver holds approve_tree', text: '+ approver holds approve_tree', place: `${file}:31:9`, fields: [],
    });
    const imported = done(await model('import', file));
    expect(imported).toContain('not in the file, and kept\n  approve_tree@database: allow report.approve in group_tree if resource.metadata.amount <= 1000\n  approver holds approve_tree@database\n3 added, 3 changed, 0 put out of force.\n');
    expect(await model('diff', file, '--exit-code')).toMatchObject({ code: 1, out: expect.stringMatching(/^permissions\n {2}- .*\nroles\n {2}- .*\n$/) });
    expect(done(await model('import', file, '--prune'))).toBe(`permissions
  - approve_tree@database: allow report.approve in group_tree if resource.metadata.amount <= 1000
roles
  - approver holds approve_tree@database
0 added, 0 changed, 2 put out of force.
`);
    expect(await model('diff', file, '--exit-code')).toEqual({ code: 0, err: '', out: '' });
    // Nothing is deleted.
    expect(await ask(`SELECT status FROM sys_authz.permissions WHERE condition LIKE '%1000'`)).toEqual([{ status: 'disabled' }]);
    expect(await ask(`SELECT rp.status FROM sys_authz.role_permissions rp JOIN sys_authz.permissions p ON p.id = rp.permission_id WHERE p.condition LIKE '%1000'`)).toEqual([{ status: 'revoked' }]);
  });

  it('keeps what other Spaces use', async () => {
    done(await model('import', file));
    done(await polity('model', 'import', '--space', 'space_2', file));
    await write('polity: 1\nresource_types: { report: { name: Report, mapping: none } }\n');
    expect(done(await model('import', file, '--prune'))).toBe(`roles
  - reader
  - payer
  - approver
rules of separation
  - Four eyes: at most 1 of approver, payer
not in the file, and kept
  action report.approve: risk high (the Space space_2 uses it)
  action report.read (the Space space_2 uses it)
  mapping report: internal_table (the Space space_2 uses it)
  approve_tree: allow report.approve in group_tree if resource.metadata.amount <= 1000 (the Space space_2 uses it)
  read_all: allow report.read in space (the Space space_2 uses it)
0 added, 0 changed, 4 put out of force.
`);
    expect(await ask(`SELECT id FROM sys_authz.permissions WHERE status = 'disabled'`)).toEqual([{ id: 'perm_never' }]);
    expect(await ask(`SELECT DISTINCT space_id, status FROM sys_authz.roles WHERE key <> 'old' ORDER BY space_id`)).toEqual([{ space_id: 'space_1', status: 'disabled' }, { space_id: 'space_2', status: 'active' }]);
    // When nobody uses them any more, they go; a type goes with its actions and its mapping.
    await write('polity: 1\n');
    await ask(`UPDATE sys_authz.role_permissions SET status = 'revoked'`);
    await ask(`INSERT INTO sys_resource.resources (id, space_id, resource_type) VALUES ('report-1', 'space_2', 'report')`);
    expect(done(await model('import', file, '--prune'))).toContain('not in the file, and kept\n  type report (the Space space_2 uses it)\n0 added, 0 changed, 2 put out of force.\n');
    await ask(`UPDATE sys_resource.resources SET status = 'deleted'`);
    expect(done(await model('import', file, '--prune'))).toBe('resource types\n  - type report\n0 added, 0 changed, 1 put out of force.\n');
  });
});

describe('what a file cannot do', () => {
  const refused = async (content: string, ...args: string[]): Promise<string> => {
    await write(content);
    const before = await digest();
    const { code, out, err } = await model('import', file, ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(await digest()).toBe(before);
    return err;
  };
  const people = `users: { ada: { email: ada@example.org } }\nmembers: { ada: { user: ada } }\n`;

  it('is told with its place, before the database is asked', async () => {
    expect(await refused(MODEL.replace('- reader', '- raeder').replace('risk: high', 'risk: huge'))).toBe(`${file}:8:15: This is none of low, normal, high, critical.\n`);
    expect(await model('diff', file)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`${file}:8:15: `) });
    expect(await model('import', join(folder, 'none.yaml'))).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read (ENOENT)') });
    expect(await model('import', folder)).toMatchObject({ code: 2, err: expect.stringContaining('is no file') });
  });

  it('is to leave out what it says', async () => {
    expect(await refused(`${MODEL}${people}`)).toBe(`${file}:43:10: Groups, people and assignments are taken by --with-assignments only.\n`);
    expect(await refused(`${MODEL}resources: { thing-1: { type: report } }\n`)).toBe(`${file}:43:14: Resources are for tests: what is governed comes from the system that keeps it.\n`);
    expect(await polity('model', 'import', file)).toMatchObject({ code: 1, err: expect.stringContaining('This belongs to a Space: say which one by --space.') });
    expect(await refused(`${MODEL}space: other\n`)).toBe(`${file}:43:8: This file is about the Space space_other, not about space_1.\n`);
    expect(await polity('model', 'diff', '--with-assignments', file)).toMatchObject({ code: 2, err: expect.stringContaining('--with-assignments needs --space') });
  });

  it('needs a Space that is there and takes changes', async () => {
    expect(await polity('model', 'import', '--space', 'space_none', file)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('polity: ') });
    expect(await polity('model', 'export', '--space', 'space_none')).toMatchObject({ code: 1, out: '' });
    expect(await polity('model', 'diff', '--space', 'space_none', file)).toMatchObject({ code: 2, out: '' });
    await ask(`UPDATE sys_identity.spaces SET status = 'deleting', delete_after = now() WHERE id = 'space_1'`);
    expect(await refused(MODEL)).toBe(`${file}: This Space is being deleted and takes no more changes. (SPACE_DELETION_PENDING)\n`);
  });

  it('changes nothing that belongs to somebody else', async () => {
    done(await model('import', file));
    await ask(`UPDATE sys_resource.resource_types SET owner = 'plugin:mail' WHERE key = 'report'`);
    expect(await refused(MODEL.replace('risk: high', 'risk: low'))).toBe(`${file}:3:3: report belongs to plugin:mail, who alone may change it.\n${file}:7:7: report.approve belongs to plugin:mail, who alone may change it.\n`);
  });

  it('closes no circle with what is stored and stays', async () => {
    done(await model('import', file));
    const turned = MODEL.replace('    inherits:\n      - reader\n', '').replace('    requestable: true\n', '    requestable: true\n    inherits:\n      - approver\n');
    expect(await refused(turned)).toBe(`${file}:35:9: A Role would inherit itself: approver > reader > approver.\n`);
    done(await model('import', file, '--prune'));
    expect(done(await model('export'))).toBe(turned);
  });

  it('makes nobody hold what is kept apart, and is then not done at all', async () => {
    await write(`${MODEL}${people}assignments: [{ member: ada, role: payer }]\n`);
    done(await model('import', '--with-assignments', file));
    const both = MODEL.replace('  payer: {}', '  payer:\n    name: Payers\n    inherits:\n      - approver');
    expect(await refused(both)).toBe(`${file}: The Member member_ada would hold 2 of what the rule "Four eyes" (${(await ask<{ id: string }>('SELECT id FROM sys_authz.separation_rules'))[0]!.id}) keeps apart; it allows 1. (SEPARATION_OF_DUTY)\n`);
    expect(await refused(both, '--dry-run')).toContain('SEPARATION_OF_DUTY');
    expect(await refused(`${MODEL}${people}assignments:\n  - { member: ada, role: payer }\n  - { member: ada, role: approver }\n`, '--with-assignments')).toContain(`${file}:47:5: The Member member_ada would hold 2`);
    // A rule that comes with the file is no reason to refuse it: who exceeds it is listed.
    await write(MODEL.replace('    roles:\n      - approver\n      - payer\n', '    roles:\n      - approver\n      - payer\n  - name: Later\n    roles:\n      - payer\n      - spender\n').replace('  payer: {}', '  payer: { inherits: [spender] }\n  spender: {}'));
    done(await model('import', file));
    expect(await ask(`SELECT v.member_id FROM sys_authz.separation_violations((SELECT jsonb_agg(to_jsonb(r)) FROM sys_authz.separation_rules r), NULL, now()) v`)).toEqual([{ member_id: 'member_ada' }]);
  });
});

describe('with assignments', () => {
  const DATA = `groups:
  top:
    name: Top
    groups:
      low: {}
users:
  ada:
    email: ada@example.org
members:
  ada:
    name: Ada
    user: ada
  bot:
    type: service
    external_id: bot-1
assignments:
  - member: ada
    role: approver
    anchor: top.low
    starts_at: 2020-01-01T00:00:00.000Z
    expires_at: 2099-01-01T00:00:00.000Z
    condition: resource.metadata.open == true
  - member: bot
    role: reader
`;

  it('holds people, too, and only then', async () => {
    await write(`${MODEL}space: "1"\n${DATA}`);
    expect(done(await model('import', '--with-assignments', file))).toContain(`assignments
  + ada has approver at top.low: from 2020-01-01T00:00:00.000Z until 2099-01-01T00:00:00.000Z if resource.metadata.open == true
  + bot has reader
23 added`);
    expect(done(await model('export'))).toBe(MODEL);
    expect(done(await model('export', '--with-assignments'))).toBe(`${MODEL}space: "1"\n${DATA}`);
    await write(`${MODEL}space: "1"\n${DATA.replace('name: Ada\n', 'name: Ada L.\n').replace('2099', '2098').replace('  - member: bot\n    role: reader\n', '').replace('name: Top', 'name: Upper')}`);
    expect(done(await model('import', '--with-assignments', '--prune', file))).toBe(`groups
  ~ top: name "Top" → "Upper"
members
  ~ member ada: name "Ada" → "Ada L."
assignments
  - bot has reader
  ~ ada has approver at top.low: expires_at "2099-01-01T00:00:00.000Z" → "2098-01-01T00:00:00.000Z"
0 added, 3 changed, 1 put out of force.
`);
    await write(`${MODEL}${DATA}`);
    done(await model('import', '--with-assignments', file));
    expect(done(await model('export', '--with-assignments'))).toBe(`${MODEL}space: "1"\n${DATA}`);
  });

  it('names the place of what the database refuses', async () => {
    await write(`${MODEL}${DATA}`);
    done(await model('import', '--with-assignments', file));
    const elsewhere = await polity('model', 'import', '--space', 'space_2', '--with-assignments', file);
    expect(elsewhere).toEqual({ code: 1, out: '', err: `${file}:52:3: This id cannot be used. (ID_UNAVAILABLE)\n` });
    await write(`${MODEL}users: { eve: {} }\nmembers: { eve: { user: eve } }\n`);
    expect(await model('import', '--with-assignments', file)).toEqual({ code: 1, out: '', err: `${file}:43:10: A User that is not there yet needs email. (VALIDATION_FAILED)\n` });
    await write(`${MODEL}users: { eve: { email: ADA@example.org } }\n`);
    expect(await model('import', '--with-assignments', file)).toEqual({ code: 1, out: '', err: `${file}:43:10: Another User has this e-mail address. (ALREADY_EXISTS)\n` });
    expect(await ask(`SELECT id FROM sys_authz.roles WHERE space_id = 'space_2'`)).toEqual([]);
  });
});
