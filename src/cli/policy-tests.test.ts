import { jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { SpaceIndex } from '../system/authorization/fact-index/space-index.js';
import { runRecorded, type Outcome } from './testing/recorded-io.js';
import { readXml } from './testing/well-formed-xml.js';

const MODEL = `polity: 1
resource_types:
  note:
    actions: { read: {}, write: {}, burn: {} }
permissions:
  read_all: { type: note, action: read, scope: space }
  read_none: { type: note, action: read, scope: space, effect: deny, condition: resource.metadata.secret == true }
  write_small: { type: note, action: write, scope: group_tree, condition: resource.metadata.size < 10 }
  write_own: { type: note, action: write, scope: self }
roles:
  reader: { permissions: [read_all, read_none] }
  writer: { inherits: [reader], permissions: [write_small, write_own] }
  clerk: {}
separation_rules:
  - { name: Apart, roles: [writer, clerk] }
groups: { top: { groups: { low: {} } }, side: {} }
users: { ada: {}, ben: {}, eve: {} }
members:
  ada: { user: ada }
  ben: { user: ben }
  eve: { bindings: { eve_day: { user: eve }, eve_night: { user: ben } } }
  bot: { type: service }
assignments:
  - { member: ada, role: writer, anchor: top }
  - { member: ben, role: reader }
  - { member: eve, role: clerk }
  - { member: bot, role: reader, starts_at: 2026-01-01T00:00:00Z, expires_at: 2026-02-01T00:00:00Z }
resources:
  note-1: { type: note, group: top.low, owner: ben, metadata: { size: 5, secret: false } }
  note-2: { type: note, group: side, metadata: { size: 50, secret: true } }
`;
const CLOCK = '2026-01-15T00:00:00Z';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polity-tests-'));
  put('model.yaml', MODEL);
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A file with these tests; the first stands on line 5. */
const tests = (...lines: string[]): string => put('a.test.yaml', `polity: 1\nmodel: model.yaml\nat: ${CLOCK}\ntests:\n${lines.map((line) => `  - ${line}\n`).join('')}`);

const run = (...args: string[]): Promise<Outcome> => runRecorded(['test', ...args]);
/** Name of a file of the folder in reports. */
const named = (name = 'a.test.yaml'): string => relative(process.cwd(), join(folder, name));

describe('what a test asks', () => {
  it.each([
    ['{ check: { actor: ada, action: read, resource: note-1 }, expect: allow }'],
    ['{ check: { actor: ada, action: read, resource: note-1 }, expect: { decision: allow, role: writer, permission: read_all, inherited: [reader], anchor: top } }'],
    ['{ check: { actor: ben, action: read, resource: note-1 }, expect: { decision: allow, role: reader, inherited: [], anchor: null } }'],
    ['{ check: { actor: ben, action: read, resource: note-2 }, expect: EXPLICIT_DENY }'],
    ['{ check: { actor: ben, action: read, resource: note-2 }, expect: { code: EXPLICIT_DENY, permission: read_none } }'],
    ['{ check: { actor: ben, action: write, resource: note-1 }, expect: deny }'],
    ['{ check: { actor: ada, action: write, resource: note-2 }, expect: SCOPE_OUT_OF_BOUNDS }'],
    ['{ check: { actor: eve/eve_day, action: read, resource: note-1 }, expect: NO_MATCHING_PERMISSION }'],
    ['{ check: { actor: { service: bot }, action: read, resource: note-1 }, expect: allow }'],
    ['{ at: 2026-02-01T00:00:00Z, check: { actor: { service: bot }, action: read, resource: note-1 }, expect: NO_MATCHING_PERMISSION }'],
    ['{ at: "2026-02-01T00:59:59.999+01:00", check: { actor: { service: bot }, action: read, resource: note-1 }, expect: allow }'],
    ['{ check: { actor: ada, action: write, resource: { type: note, group: top, metadata: { size: 9 } } }, expect: allow }'],
    ['{ check: { actor: ada, action: write, resource: { type: note, group: top, metadata: { size: 10 } } }, expect: CONDITION_NOT_MET }'],
    ['{ check: { actor: ada, action: write, resource: { type: note, owner: ada } }, expect: { decision: allow, permission: write_own } }'],
    ['{ check: { actor: nobody, action: read, resource: note-1 }, expect: ACTOR_NOT_FOUND }'],
    ['{ check: { actor: ada, action: tear, resource: note-1 }, expect: INVALID_RESOURCE_ACTION }'],
    ['{ check: { actor: ada, action: read, resource: note-1, type: memo }, expect: INVALID_RESOURCE_TYPE }'],
    ['{ check: { actor: ada, action: read, resource: note-9, type: note }, expect: RESOURCE_NOT_FOUND }'],
    ['{ explain: { actor: ada, action: write, resource: note-1 }, expect: { decision: allow, candidates: [{ role: writer, permission: write_own, covered: false, code: SCOPE_OUT_OF_BOUNDS }, { role: writer, permission: write_small, anchor: top, covered: true, condition: met }] } }'],
    ['{ explain: { actor: eve/eve_night, action: write, resource: note-1 }, expect: { code: NO_MATCHING_PERMISSION, candidates: [] } }'],
    ['{ list_actors: { action: read, resource: note-1 }, expect: [ben, ada] }'],
    ['{ list_actors: { action: read, resource: note-2 }, expect: [] }'],
    ['{ list_actors: { action: read, resource: note-1, actors: services }, expect: [bot] }'],
    ['{ list_resources: { actor: ada, action: read, type: note }, expect: [note-1] }'],
    ['{ list_actions: { actor: ada, resource: note-1 }, expect: [write, read] }'],
    ['{ violations: {}, expect: [] }'],
  ])('passes: %s', async (line) => {
    tests(line);
    expect(await run(folder)).toEqual({ code: 0, err: '', out: expect.stringMatching(/^ok .* \(1\)\n1 passed \(1 file, [\d.]+ s\)\n$/) });
  });

  it('reads what conditions read beside the facts', async () => {
    put('model.yaml', MODEL.replace('resource.metadata.size < 10', '"request.context.place == \'home\' && actor.properties.level > 2 && resource.properties.draft && action.properties.force"'));
    const properties = 'context: { place: home }, properties: { actor: { level: 3 }, resource: { draft: true }, action: { force: true } }';
    tests(
      `{ check: { actor: ada, action: write, resource: note-1, ${properties} }, expect: allow }`,
      `{ check: { actor: ada, action: write, resource: note-1, ${properties.replace('home', 'work')} }, expect: CONDITION_NOT_MET }`,
      '{ check: { actor: ada, action: write, resource: note-1 }, expect: CONDITION_NOT_MET }',
      `{ list_actors: { action: write, resource: note-1, ${properties} }, expect: [ada] }`,
      `{ list_resources: { actor: ada, action: write, type: note, ${properties} }, expect: [note-1] }`,
    );
    expect(await run(folder)).toMatchObject({ code: 0 });
  });

  it('finds who exceeds a rule of separation, at the moment of the test', async () => {
    put('more.yaml', 'polity: 1\nassignments:\n  - { member: ada, role: clerk, expires_at: 2026-01-20T00:00:00Z }\n');
    put('a.test.yaml', `polity: 1\nmodel: [model.yaml, more.yaml]\nat: ${CLOCK}\ntests:
  - { violations: {}, expect: [{ rule: Apart, member: ada, holds: [writer, clerk] }] }
  - { violations: { member: ben }, expect: [] }
  - { at: 2026-01-20T00:00:00Z, violations: { rule: Apart }, expect: [] }
`);
    expect(await run(folder)).toMatchObject({ code: 0 });
  });
});

describe('what a test does not get', () => {
  it.each<[string, string[]]>([
    ['{ name: First, check: { actor: ada, action: read, resource: note-1 }, expect: deny }', [
      ':5:83: First', 'expected  deny', 'got       allow: An active role of the member holds a permission that covers the resource.',
      'matched   role writer at top over reader: permission read_all: covered', 'candidate role writer at top over reader: permission read_all: covered', 'candidate role writer at top over reader: permission read_none: covered, condition not_met',
    ]],
    ['{ check: { actor: ada, action: write, resource: note-2 }, expect: { code: CONDITION_NOT_MET, role: reader } }', [
      ':5:71: check: ada write note-2: CONDITION_NOT_MET', 'expected  deny CONDITION_NOT_MET, matched: role reader', 'got       deny SCOPE_OUT_OF_BOUNDS: The resource lies outside the scope of every matching permission.',
      'matched   role writer at top: permission write_small: SCOPE_OUT_OF_BOUNDS',
    ]],
    ['{ check: { actor: ada, action: read, resource: note-1 }, expect: { decision: allow, anchor: null } }', ['expected  allow, matched: without anchor']],
    ['{ explain: { actor: ada, action: write, resource: note-1 }, expect: { decision: allow, candidates: [{ role: writer, permission: write_small }, { role: reader, permission: read_all, anchor: top }] } }', [
      'missing candidate     role reader at top: permission read_all', 'unexpected candidate  role writer at top: permission write_own: SCOPE_OUT_OF_BOUNDS',
    ]],
    ['{ list_actors: { action: read, resource: note-1 }, expect: [ben, eve/eve_day] }', ['who may read note-1', 'missing     eve/eve_day', 'unexpected  ada']],
    ['{ list_resources: { actor: ada, action: read, type: note }, expect: [note-2] }', ['which note may ada read', 'missing     note-2', 'unexpected  note-1']],
    ['{ list_actions: { actor: ada, resource: note-1 }, expect: [burn, read, write] }', ['what may ada do on note-1', 'missing     burn']],
    ['{ violations: {}, expect: [{ rule: Apart, member: ada, holds: [writer, clerk] }] }', ['missing     ada exceeds "Apart" by holding clerk, writer']],
  ])('fails with the difference: %s', async (line, expected) => {
    tests(line, '{ check: { actor: ben, action: read, resource: note-1 }, expect: allow }');
    const { code, out, err } = await run(folder);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain(`FAILED  ${named()} (1 of 2)\n`);
    expect(out).toContain('1 passed, 1 failed (1 file');
    for (const part of expected) expect(out).toContain(part);
  });
});

describe('a file that says something else than it means', () => {
  const check = 'check: { actor: ada, action: read, resource: note-1 }';

  it.each<[string, string]>([
    [`{ ${check}, expects: allow }`, ':5:62: A test has no key "expects"'],
    [`{ ${check} }`, ':5:5: A test says what it expects.'],
    [`{ ${check}, expect: alow }`, ':5:70: This is neither allow nor deny nor a deny code.'],
    [`{ ${check}, expect: null }`, ':5:70: This is neither allow nor deny nor a deny code.'],
    [`{ ${check}, expect: {} }`, ':5:70: The expected decision needs decision or code.'],
    [`{ ${check}, expect: { decision: allow, code: EXPLICIT_DENY } }`, ':5:95: What is allowed has no deny code.'],
    [`{ ${check}, expect: { decision: allow, rolle: reader } }`, 'The expected decision has no key "rolle"'],
    [`{ ${check}, expect: { decision: allow, role: redaer } }`, 'There is no role redaer.'],
    [`{ ${check}, expect: { decision: allow, permission: read } }`, 'There is no permission read.'],
    [`{ ${check}, expect: { decision: allow, anchor: bottom } }`, 'There is no anchor bottom.'],
    [`{ explain: { actor: ada, action: read, resource: note-1 }, expect: allow }`, 'An explanation says which candidates it expects.'],
    ['{ check: { acter: ada, action: read, resource: note-1 }, expect: deny }', 'check has no key "acter"'],
    ['{ check: { actor: adda, action: read, resource: note-1 }, expect: deny }', ':5:23: There is no actor adda.'],
    ['{ check: { actor: ada/ada_2, action: read, resource: note-1 }, expect: NO_MATCHING_PERMISSION }', 'There is no actor ada/ada_2.'],
    ['{ check: { actor: eve, action: read, resource: note-1 }, expect: deny }', 'eve has several bindings: say one of eve/eve_day, eve/eve_night.'],
    ['{ check: { actor: bot, action: read, resource: note-1 }, expect: deny }', 'No User is bound to bot; for one that acts by itself say { service: bot }.'],
    ['{ check: { actor: { service: robot }, action: read, resource: note-1 }, expect: deny }', 'There is no Member robot.'],
    ['{ check: { actor: ada, action: raed, resource: note-1 }, expect: deny }', 'The resource type note has no action raed.'],
    ['{ check: { actor: ada, action: raed, resource: note-1 }, expect: NO_MATCHING_PERMISSION }', 'The resource type note has no action raed.'],
    ['{ check: { actor: ada, action: read, resource: note-3 }, expect: deny }', 'There is no Resource note-3.'],
    ['{ check: { actor: ada, action: read, resource: note-1, type: nota }, expect: RESOURCE_NOT_FOUND }', 'There is no resource type nota.'],
    ['{ check: { actor: ada, action: read, resource: { type: note, group: toop } }, expect: deny }', 'There is no Group toop.'],
    ['{ check: { actor: ada, action: read, resource: { type: note, grupo: top } }, expect: deny }', 'A Resource has no key "grupo"'],
    ['{ check: { actor: ada, action: read, resource: note-1, context: [] }, expect: deny }', 'This is a mapping of keys to values.'],
    ['{ check: { actor: ada, action: read, resource: note-1, properties: { acter: {} } }, expect: allow }', 'properties has no key "acter"'],
    ['{ list_actors: { action: read, resource: note-1 }, expect: [bob] }', 'There is no actor bob.'],
    ['{ list_actors: { action: read, resource: note-1 }, expect: [ada, ada] }', 'ada stands here twice.'],
    ['{ list_actors: { action: read, resource: note-1 }, expect: allow }', 'This is a list.'],
    ['{ list_actors: { action: read, resource: note-1, actors: services }, expect: [ada] }', 'There is no actor ada.'],
    ['{ list_resources: { actor: ada, action: read, type: note }, expect: [note-7] }', 'There is no Resource of the type note note-7.'],
    ['{ list_actions: { actor: ada, resource: note-1 }, expect: [reed] }', 'There is no action reed.'],
    ['{ list_actions: { actor: ada, action: read, resource: note-1 }, expect: [read] }', 'list_actions has no key "action"'],
    ['{ violations: {}, expect: [{ rule: Apert, member: ada, holds: [] }] }', 'There is no rule Apert.'],
    ['{ violations: { membre: ada }, expect: [] }', 'violations has no key "membre"'],
    [`{ ${check}, list_actions: { actor: ada, resource: note-1 }, expect: allow }`, 'A test asks one thing, not both check and list_actions.'],
    ['{ expect: allow }', 'A test asks something:'],
    ['allow', 'A test is a mapping of keys to values.'],
    [`{ at: tomorrow, ${check}, expect: allow }`, 'This is no RFC 3339 moment with a zone'],
  ])('is refused with its place: %s', async (line, message) => {
    tests(line);
    const { code, out } = await run(folder);
    expect(out).toContain(`BROKEN  ${named()}\n  ${named()}:5`);
    expect(out).toContain(message);
    expect(out).toContain('1 of 1 files could not be run');
    expect(code).toBe(2);
  });

  it.each<[string, string, string]>([
    ['no tests', `polity: 1\nmodel: model.yaml\nat: ${CLOCK}\n`, ':1:1: A file of tests holds tests.'],
    ['an empty list of tests', `polity: 1\nmodel: model.yaml\nat: ${CLOCK}\ntests: []\n`, ':4:8: A file of tests holds tests.'],
    ['tests that are nothing', `polity: 1\nmodel: model.yaml\nat: ${CLOCK}\ntests:\n`, 'This is a list.'],
    ['a misspelt section', `polity: 1\nmodel: model.yaml\nat: ${CLOCK}\ntest: []\n`, ':4:1: A file of tests has no key "test"'],
    ['no model', `polity: 1\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, 'A file of tests says its model'],
    ['no version', `model: model.yaml\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, 'begins with polity: 1'],
    ['a model that is not there', `polity: 1\nmodel: no.yaml\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, ':2:8: no.yaml: This file cannot be read (ENOENT).'],
    ['a model that is a folder', `polity: 1\nmodel: .\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, ':2:8: .: This'],
    ['rules among the data', `polity: 1\nmodel: model.yaml\ndata: { roles: {} }\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, ':3:9: The data has no key "roles"'],
    ['the same twice', `polity: 1\nmodel: [model.yaml, model.yaml]\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`, 'read_all is defined twice: also at '],
    ['no moment', 'polity: 1\nmodel: model.yaml\ntests: [{ check: { actor: ada, action: read, resource: note-1 }, expect: allow }]\n', ':3:9: At which moment?'],
    ['no YAML', 'polity: 1\nmodel: [', ':2:'],
    ['a tree of brackets', `polity: ${'['.repeat(100_000)}`, ':1:'],
    ['NUL', 'polity: 1\0', ':1:10: A character that nobody sees'],
  ])('is refused: %s', async (_, source, message) => {
    put('a.test.yaml', source);
    const { code, out } = await run(folder);
    expect(out).toContain(message);
    expect(out).toContain('could not be run');
    expect(code).toBe(2);
  });

  it('is refused when it is no UTF-8, too large, or no file', async () => {
    put('a.test.yaml', Buffer.from([0x70, 0xff, 0xfe]));
    expect(await run(folder)).toMatchObject({ code: 2, out: expect.stringContaining(`${named()}: This file is no UTF-8.`) });
    put('a.test.yaml', `polity: 1\n# ${'x'.repeat(2 * 1024 ** 2)}`);
    expect(await run(folder)).toMatchObject({ code: 2, out: expect.stringContaining(`${named()}: A file has at most 2097152 bytes.`) });
    rmSync(join(folder, 'a.test.yaml'));
    symlinkSync('/dev/zero', join(folder, 'a.test.yaml'));
    expect(await run(folder)).toMatchObject({ code: 2, out: expect.stringContaining(`${named()}: This is no file.`) });
  });

  it('names the place in the model', async () => {
    put('model.yaml', MODEL.replace('scope: space }', 'scope: spaec }'));
    tests('{ violations: {}, expect: [] }');
    expect(await run(folder)).toMatchObject({ code: 2, out: expect.stringContaining(`${named('model.yaml')}:6:48: This is none of self, group, group_tree, space, global.`) });
  });
});

describe('files', () => {
  const good = (model: string): string => `polity: 1\nmodel: ${model}\nat: ${CLOCK}\ntests: [{ violations: {}, expect: [] }]\n`;

  it('are found at any depth, but for those of others', async () => {
    put('deep/er/b.test.yml', good('../../model.yaml'));
    put('node_modules/x/c.test.yaml', 'no');
    put('.hidden/d.test.yaml', 'no');
    symlinkSync(folder, join(folder, 'deep/loop'));
    expect(await run(folder)).toMatchObject({ code: 0, out: expect.stringContaining('1 passed (1 file') });
  });

  it('are run each by themselves: one that is broken hides no other', async () => {
    put('a.test.yaml', 'polity: 1\n');
    put('b.test.yaml', good('model.yaml'));
    const { code, out } = await run(folder);
    expect(code).toBe(2);
    expect(out).toContain(`ok      ${named('b.test.yaml')} (1)\n1 passed, 1 of 2 files could not be run`);
  });

  it('can be named, and need no special name then', async () => {
    const path = put('odd.txt', good('model.yaml'));
    expect(await run(path, path)).toMatchObject({ code: 0, out: expect.stringContaining('(1 file') });
  });

  it('must be there', async () => {
    expect(await run(join(folder, 'none'))).toMatchObject({ code: 2, out: '', err: expect.stringContaining('This cannot be read (ENOENT).') });
    expect(await run(folder)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('No file in this folder is called *.test.yaml or *.test.yml.') });
  });

  it('may hold model and data themselves', async () => {
    put('a.test.yaml', `polity: 1
model:
  resource_types: { memo: { actions: { read: {} } } }
  permissions: { read: { type: memo, action: read, scope: space } }
  roles: { reader: { permissions: [read] } }
data:
  space: { key: acme, status: disabled }
  users: { ada: {} }
  members: { ada: { user: ada } }
  assignments: [{ member: ada, role: reader }]
  resources: { memo-1: { type: memo } }
tests:
  - { at: ${CLOCK}, check: { actor: ada, action: read, resource: memo-1 }, expect: SPACE_INACTIVE }
`);
    expect(await run(folder)).toMatchObject({ code: 0 });
  });
});

describe('coverage', () => {
  const model = `polity: 1
resource_types: { memo: { actions: { read: {}, burn: {} } } }
permissions:
  read: { type: memo, action: read, scope: space }
  burn: { type: memo, action: burn, scope: space, condition: resource.metadata.old == true }
  keep: { type: memo, action: burn, scope: space, effect: deny, condition: resource.metadata.kept == true }
  dead: { type: memo, action: read, scope: self, status: disabled }
roles:
  reader: { permissions: [read] }
  burner: { inherits: [reader], permissions: [burn, keep] }
  idle: {}
  gone: { status: disabled }
users: { ada: {} }
members: { ada: { user: ada } }
assignments: [{ member: ada, role: burner }]
resources:
  memo-1: { type: memo, metadata: { old: true, kept: false } }
  memo-2: { type: memo, metadata: { old: true, kept: true } }
  memo-3: { type: memo, metadata: { old: false, kept: false } }
`;
  const ask = (action: string, resource: string, expect: string): string => `  - { check: { actor: ada, action: ${action}, resource: ${resource} }, expect: ${expect} }\n`;
  const file = (name: string, ...asked: string[]): string => put(name, `polity: 1\nmodel: ../model.yaml\nat: ${CLOCK}\ntests:\n${asked.join('')}`);
  const at = (line: number): string => `${named('model.yaml')}:${line}:3`;

  beforeEach(() => void put('model.yaml', model));

  it('counts what decisions have shown, and names what they have not', async () => {
    // read: 1; burn: 3; keep: 4; reader, burner, idle: 3. Disabled ones can show nothing.
    file('t/a.test.yaml', ask('read', 'memo-1', 'allow'));
    expect((await run('--coverage', folder)).out).toMatch(new RegExp(String.raw`coverage 27\.2 % \(3 of 11\)\n`));
    file('t/a.test.yaml', ask('read', 'memo-1', 'allow'), ask('burn', 'memo-2', 'EXPLICIT_DENY'));
    // The denial settles it; to explain it, the other condition is looked at all the same.
    expect((await run('--coverage', folder)).out).toContain(`coverage 54.5 % (6 of 11)
  ${at(5)}: no check shows of permission burn that it allows
  ${at(5)}: no check shows of permission burn that its condition is not true
  ${at(6)}: no check shows of permission keep that its condition is not true
  ${at(6)}: no check shows of permission keep that it does not deny what is allowed
  ${at(11)}: no check shows of role idle that it is on the way of a match
`);
  });

  it('adds up over files that share a model', async () => {
    file('t/a.test.yaml', ask('read', 'memo-1', 'allow'), ask('burn', 'memo-1', 'allow'));
    file('t/b.test.yaml', ask('burn', 'memo-2', 'EXPLICIT_DENY'));
    file('t/c.test.yaml', ask('burn', 'memo-3', 'CONDITION_NOT_MET'));
    const { code, out } = await run('--min-coverage', '90', folder);
    expect({ code, out: out.split('\n').slice(4) }).toEqual({ code: 0, out: ['coverage 90.9 % (10 of 11)', `  ${at(11)}: no check shows of role idle that it is on the way of a match`, ''] });
    expect(await run('--min-coverage', '90.95', folder)).toMatchObject({ code: 1, err: 'polity: the coverage is 90.9 %, below 90.95 %\n' });
    const { coverage } = JSON.parse((await run('--json', folder)).out) as { coverage: { percent: number; points: { shown: boolean }[] } };
    expect(coverage.percent).toBeCloseTo(1000 / 11);
    expect(coverage.points.filter(({ shown }) => shown)).toHaveLength(10);
  });

  it('is not changed by lists, which ask about everything', async () => {
    file('t/a.test.yaml', '  - { list_actions: { actor: ada, resource: memo-1 }, expect: [read, burn] }\n');
    expect(await run('--min-coverage', '0', folder)).toMatchObject({ code: 0, out: expect.stringContaining('coverage 0 % (0 of 11)') });
    expect(await run('--min-coverage', '0.1', folder)).toMatchObject({ code: 1 });
  });

  it.each(['-1', '101', 'all', '1e2', '0x10'])('has no minimum of %s', async (percent) => {
    expect(await run(`--min-coverage=${percent}`, folder)).toMatchObject({ code: 2, err: expect.stringContaining('--min-coverage must be a number from 0 to 100') });
  });
});

describe('JUnit', () => {
  it('tells of every test and every file, whatever they are called', async () => {
    tests(
      String.raw`{ name: "<a> & \"b\" 'c' \u0007 \n ]]>", check: { actor: ada, action: read, resource: note-1 }, expect: deny }`,
      '{ name: Good, check: { actor: ada, action: read, resource: note-1 }, expect: allow }',
    );
    put('b.test.yaml', 'polity: 1\n');
    const file = join(folder, 'out.xml');
    expect(await run(folder, '--junit', file)).toMatchObject({ code: 2 });
    const root = readXml(readFileSync(file, 'utf8'));
    expect(root).toMatchObject({ name: 'testsuites', attributes: { tests: '3', failures: '1', errors: '1' } });
    const [a, b] = root.children;
    expect(a).toMatchObject({ name: 'testsuite', attributes: { file: named(), tests: '2', failures: '1', errors: '0' } });
    expect(a?.children.map(({ name, attributes }) => [name, attributes['name'], attributes['file'], attributes['line']])).toEqual([
      ['testcase', `<a> & "b" 'c' \ufffd \n ]]>`, named(), '5'], ['testcase', 'Good', named(), '6'],
    ]);
    expect(a?.children[0]?.children[0]).toMatchObject({ name: 'failure', attributes: { message: 'expected  deny' }, text: expect.stringContaining('got       allow') });
    expect(a?.children[1]?.children).toEqual([]);
    expect(b).toMatchObject({ attributes: { tests: '1', failures: '0', errors: '1' }, children: [{ children: [{ name: 'error', text: expect.stringContaining('holds tests') }] }] });
  });

  it('goes into a file that can be written', async () => {
    tests('{ violations: {}, expect: [] }');
    expect(await run(folder, '--junit', join(folder, 'no', 'out.xml'))).toMatchObject({ code: 2, err: expect.stringContaining('--junit: ') });
  });
});

describe('two evaluators that differ', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(['{ check: { actor: ada, action: burn, resource: note-1 }, expect: allow }', '{ list_actors: { action: burn, resource: note-1 }, expect: [ada] }'])('end the run, whatever was expected: %s', async (line) => {
    jest.spyOn(SpaceIndex.prototype, 'decide').mockReturnValue({ decision: 'ALLOW', reason: 'wrong' });
    tests(line);
    const file = join(folder, 'out.xml');
    const { code, out } = await run(folder, '--junit', file);
    expect(code).toBe(2);
    expect(out).toContain(`BROKEN  ${named()}\n  This is a mistake of Polity, not of your rules; please report it:\n`);
    expect(readXml(readFileSync(file, 'utf8')).children[0]?.children[0]?.children[0]).toMatchObject({ name: 'error', attributes: { type: 'internal' } });
  });
});

test('a name moves no cursor', async () => {
  tests(String.raw`{ name: "\e[2J\u202egone\r\nok", check: { actor: ada, action: read, resource: note-1 }, expect: deny }`);
  const { out } = await run(folder);
  expect(out).toContain(String.raw`\u001b[2J\u202egone ok`);
  for (const character of ['\u001b', '\u202e', '\r']) expect(out).not.toContain(character);
});

test('a thousand tests take less than a second', async () => {
  tests(...Array.from({ length: 1_000 }, (_, at) => `{ name: t${at}, check: { actor: ada, action: write, resource: { type: note, group: top.low, metadata: { size: ${at} } } }, expect: ${at < 10 ? 'allow' : 'CONDITION_NOT_MET'} }`));
  await run(folder);
  const before = process.cpuUsage();
  const { out } = await run(folder);
  const { user, system } = process.cpuUsage(before);
  expect(out).toContain('1000 passed');
  // Of the processor: how long it takes on the clock is up to what else the machine does.
  expect((user + system) / 1e6).toBeLessThan(1);
});
