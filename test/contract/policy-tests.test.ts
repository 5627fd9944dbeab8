/** Tests of rules as people and CI systems run them: the command as a process of its own, and the answers of a server beside it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openModels } from '../../src/cli/model/open-models.js';
import { readXml } from '../../src/cli/testing/well-formed-xml.js';
import { MODEL_IDS } from '../../src/system/authorization/model/ids.js';
import { modelOfText, type Model } from '../../src/system/authorization/model/index.js';
import { PolicyWorld } from '../../src/system/authorization/model/world/policy-world.js';
import { separationViolations } from '../../src/system/authorization/model/world/separation-violations.js';
import { systemContext } from '../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../support/server.js';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = fileOf('../..');
const EXAMPLE = join(ROOT, 'examples/policy-tests');

/** Runs the command line as a process that has no settings: no database and no address of one. */
async function polity(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', fileOf('../support/run-typescript.mjs'), join(ROOT, 'src/cli/main.ts'), ...args], {
    cwd: ROOT, env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }, stdio: ['pipe', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, out, err };
}

describe('the example', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'polity-example-'));
    cpSync(EXAMPLE, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const edit = (file: string, part: string, by: string): void => {
    const source = readFileSync(join(folder, file), 'utf8');
    expect(source).toContain(part);
    writeFileSync(join(folder, file), source.replace(part, by));
  };

  it('passes, shows every rule, and says so to a CI system', async () => {
    const junit = join(folder, 'junit.xml');
    const { code, out, err } = await polity('test', 'examples/policy-tests', '--min-coverage', '100', '--junit', junit);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.replace(/[\d.]+ s/, 'x s')).toBe(`ok      examples/policy-tests/approval.test.yaml (11)
ok      examples/policy-tests/reading-and-paying.test.yaml (11)
22 passed (2 files, x s)
coverage 100 % (16 of 16)
`);
    const suites = readXml(readFileSync(junit, 'utf8'));
    expect(suites.attributes).toMatchObject({ tests: '22', failures: '0', errors: '0' });
    expect(suites.children.flatMap(({ children }) => children).map(({ name }) => name)).toEqual(Array.from({ length: 22 }, () => 'testcase'));
  });

  it('fails when a rule is widened by mistake', async () => {
    edit('model.yaml', 'amount <= 1000', 'amount <= 10000');
    const { code, out } = await polity('test', folder);
    expect(code).toBe(1);
    expect(out).toContain('A large one needs the head of finance\n      expected  deny CONDITION_NOT_MET\n      got       allow');
    expect(out).toContain('18 passed, 4 failed');
  });

  it('fails when a rule that nobody tests comes along', async () => {
    edit('model.yaml', 'permissions:\n', 'permissions:\n  burn_all:\n    type: expense_report\n    action: pay\n    scope: space\n    effect: deny\n    condition: resource.metadata.burnt == true\n');
    const { code, out, err } = await polity('test', folder, '--min-coverage', '100');
    expect({ code, err }).toEqual({ code: 1, err: 'polity: the coverage is 85 %, below 100 %\n' });
    expect(out).toContain('no check shows of permission burn_all that it denies');
  });

  it('cannot be run when it asks for what it does not mean', async () => {
    edit('approval.test.yaml', 'actor: ben, action: approve', 'actor: bent, action: approve');
    expect(await polity('test', folder)).toMatchObject({ code: 2, out: expect.stringContaining('There is no actor bent.') });
  });
});

describe('a server with the same rules', () => {
  let server: TestServer;
  let admin: GraphqlCaller;
  let backend: GraphqlCaller;
  let world: PolicyWorld;
  const now = Date.now();

  const question = (actor: object, action: string, resourceId: string): object => ({ actor, action, resourceId, resourceType: 'expense_report' });
  const everything = (): { actor: { userId: string; memberId: string; userMemberId: string; spaceId: string }; action: string; resourceId: string }[] =>
    [...world.model.members.values()].flatMap(({ key, bindings }) => [...bindings.values()].flatMap((binding) => {
      const actor = { userId: MODEL_IDS.user(binding.user.name), memberId: MODEL_IDS.member(key), userMemberId: MODEL_IDS.binding(binding.key), spaceId: world.spaceId };
      return ['read', 'submit', 'approve', 'pay', 'burn'].flatMap((action) => [...world.resources.keys(), 'no-report'].map((resourceId) => ({ actor, action, resourceId })));
    }));

  beforeAll(async () => {
    server = await startTestServer();
    ({ admin } = server);
    const read = (name: string): string => readFileSync(join(EXAMPLE, name), 'utf8');
    const example = modelOfText('example', `${read('model.yaml')}${read('data.yaml').replace('polity: 1\n', '')}`.replace(/^ {2}(ada|ben|eve|joe): \{\}$/gm, '  $1: { email: $1@example.org }'));
    // The stand-in still stands in.
    const model: Model = { ...example, assignments: example.assignments.map((assignment) => (assignment.expiresAt === undefined ? assignment : { ...assignment, expiresAt: now + 86_400_000 })) };
    world = new PolicyWorld(model);
    await admin.mutate('createSpace', { id: world.spaceId, name: 'Acme' }, 'space { id }');
    const { platform } = server.server;
    await openModels(platform).importing.import(systemContext(platform.container.process, now), {
      model: { ...model, resources: new Map() }, file: 'example', sha256: '0'.repeat(64), spaceId: world.spaceId, withData: true, dryRun: false, prune: false,
    });
    const { groups } = await admin.data<{ groups: { edges: { node: { id: string; path: string } }[] } }>('query ($id: ID!) { groups(spaceId: $id) { edges { node { id path } } } }', { id: world.spaceId });
    const groupAt = new Map(groups.edges.map(({ node }) => [node.path, node.id]));
    for (const { key, group, owner, metadata } of model.resources.values()) {
      await admin.mutate('createResource', { id: key, spaceId: world.spaceId, resourceType: 'expense_report', groupId: groupAt.get(group!.name), ownerMemberId: MODEL_IDS.member(owner!.name), metadata }, 'resource { id }');
    }
    const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: 'asks', level: 'INSTANCE', permissionKeys: ['authz:check'] }, 'secret');
    backend = admin.withApiKey(secret);
  }, 60_000);
  afterAll(() => server.stop());

  it('gives the answers that the tests of rules get, each with its code', async () => {
    const asked = everything();
    const { checkMany } = await backend.data<{ checkMany: { decision: string; denyCode: string | null }[] }>(
      'query ($input: CheckManyInput!) { checkMany(input: $input) { decision denyCode } }', { input: { items: asked.map(({ actor, action, resourceId }) => question(actor, action, resourceId)) } });
    const expected = asked.map(({ actor, action, resourceId }) => {
      const { decision } = world.ask({ actor, action, resourceId, resourceType: 'expense_report' }, { resource: world.resources.get(resourceId), isInline: false }, now);
      return { decision: decision.decision, denyCode: decision.denyCode ?? null };
    });
    expect(checkMany).toEqual(expected);
    expect(new Set(expected.map(({ denyCode }) => denyCode)).size).toBeGreaterThan(5);
  });

  it('explains them by the same candidates', async () => {
    for (const { actor, action, resourceId } of everything().filter((each) => each.action === 'approve')) {
      const { explain } = await backend.data<{ explain: { matchedCandidates: { role: { key: string }; permission: { id: string }; scopeCheck: { covered: boolean }; conditionCheck: { met: boolean } | null }[] } }>(
        'query ($input: CheckInput!) { explain(input: $input) { matchedCandidates { role { key } permission { id } scopeCheck { covered } conditionCheck { met } } } }', { input: question(actor, action, resourceId) });
      const { candidates } = world.ask({ actor, action, resourceId, resourceType: 'expense_report' }, { resource: world.resources.get(resourceId), isInline: false }, now);
      expect(explain.matchedCandidates).toEqual(candidates.map(({ grant, scopeCheck, conditionCheck }) => ({
        role: { key: grant.role.key }, permission: { id: grant.permission.id }, scopeCheck: { covered: scopeCheck.covered }, conditionCheck: conditionCheck === undefined ? null : { met: conditionCheck.met },
      })));
    }
  });

  it('finds the same violations of separation', async () => {
    const query = 'query ($id: ID!) { separationViolations(spaceId: $id) { edges { node { memberId } } } }';
    const found = async (): Promise<string[]> => (await admin.data<{ separationViolations: { edges: { node: { memberId: string } }[] } }>(query, { id: world.spaceId })).separationViolations.edges.map(({ node }) => node.memberId);
    expect(await found()).toEqual(separationViolations(world.model, now).map(({ member }) => MODEL_IDS.member(member)));
  });
});
