import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { readLog } from '../../support/read-log.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { asOwner } from '../support/owner-sql.js';

const SPACE = 'space_lists';
const ACTIONS = ['approve', 'archive', 'pay', 'read', 'sign'];
const PATHS = ['a', 'a.b', 'a.b.c', 'a.d', 'e', 'e.f', 'e.f.g', 'h'];
const MEMBERS = 12;
const RESOURCES = 30;

let server: TestServer;
let backend: GraphqlCaller;

interface Actor {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
}

interface Page<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
  readonly totalCount: number | null;
  readonly revision: string;
  readonly complete: boolean;
}

const PAGE = 'edges { cursor node { ...N } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount revision complete';

async function list<Node>(caller: GraphqlCaller, field: string, node: string, variables: Record<string, unknown>): Promise<Page<Node>> {
  const type = `List${field.slice(4)}Input`;
  const data = await caller.data<Record<string, unknown>>(`
    query ($input: ${type}!, $first: Int, $after: String, $last: Int, $before: String) {
      ${field}(input: $input, first: $first, after: $after, last: $last, before: $before) { ${PAGE.replace('...N', node)} }
    }`, variables);
  return data[field] as Page<Node>;
}

/** All rows, page by page, forwards or backwards. */
async function all<Node>(field: string, node: string, input: object, size: number, backward = false): Promise<Node[]> {
  const rows: Node[] = [];
  for (let cursor: string | null = null; ;) {
    const part: Page<Node> = await list<Node>(backend, field, node, backward ? { input, last: size, before: cursor } : { input, first: size, after: cursor });
    const nodes = part.edges.map((edge) => edge.node);
    expect(part.complete).toBe(true);
    if (backward) rows.unshift(...nodes);
    else rows.push(...nodes);
    if (!(backward ? part.pageInfo.hasPreviousPage : part.pageInfo.hasNextPage)) return rows;
    cursor = backward ? part.pageInfo.startCursor : part.pageInfo.endCursor;
  }
}

async function allowed(questions: readonly { readonly actor: Actor; readonly resourceId: string; readonly action: string }[]): Promise<boolean[]> {
  const items = questions.map((question) => ({ ...question, resourceType: 'paper' }));
  const answers: boolean[] = [];
  for (let at = 0; at < items.length; at += 500) {
    const data = await backend.data<{ checkMany: { decision: string }[] }>('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items: items.slice(at, at + 500) } });
    answers.push(...data.checkMany.map(({ decision }) => decision === 'ALLOW'));
  }
  return answers;
}

const actors: Actor[] = [];
for (let member = 0; member < MEMBERS; member += 1) {
  for (let binding = 0; binding <= member % 3; binding += 1) {
    actors.push({ userId: `user_l${binding}`, memberId: `member_l${member}`, userMemberId: `um_l${member}_${binding}`, spaceId: SPACE });
  }
}
const resourceIds = Array.from({ length: RESOURCES }, (_, number) => `paper_${String(number).padStart(2, '0')}`);

/** A world with every kind of rule: scopes, denials, conditions, ended and coming assignments, inherited Roles, inactive objects. */
function world(): string {
  const values = (rows: readonly (readonly (string | number | null | undefined)[])[]): string =>
    rows.map((row) => `(${row.map((value) => (value === null || value === undefined ? 'NULL' : typeof value === 'number' ? value : `'${value}'`)).join(', ')})`).join(', ');
  const scopes = ['self', 'group', 'group_tree', 'space'];
  const permissions = ACTIONS.flatMap((action) => scopes.map((scope) => [`perm_${action}_${scope}`, 'paper', action, scope, 'allow', null] as const));
  const roles = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'];
  return `
    INSERT INTO sys_identity.spaces (id, name) VALUES ('${SPACE}', 'Lists');
    INSERT INTO sys_identity.users (id, email, status) VALUES ${values([['user_l0', 'l0@example.com', 'active'], ['user_l1', 'l1@example.com', 'active'], ['user_l2', 'l2@example.com', 'disabled']])};
    INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth, status) VALUES ${values(PATHS.map((path) => {
      const keys = path.split('.');
      return [`group_${path}`, SPACE, keys.length === 1 ? null : `group_${keys.slice(0, -1).join('.')}`, keys.at(-1), path, keys.length - 1, path === 'e.f.g' ? 'disabled' : 'active'];
    }))};
    INSERT INTO sys_identity.members (id, space_id, display_name, status) VALUES ${values(Array.from({ length: MEMBERS }, (_, n) => [`member_l${n}`, SPACE, `M${n}`, n === 7 ? 'disabled' : 'active']))};
    INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, expires_at) VALUES ${values(actors.map(({ userMemberId, userId, memberId }, n) => [userMemberId, userId, memberId, SPACE, n % 11 === 5 ? '2020-01-01' : null]))};
    INSERT INTO sys_resource.resource_types (id, key, display_name) VALUES ('rt_paper', 'paper', 'Paper');
    INSERT INTO sys_resource.resource_mappings (id, resource_type) VALUES ('rm_paper', 'paper');
    INSERT INTO sys_resource.resource_actions (id, resource_type, key, display_name, status) VALUES ${values(ACTIONS.map((action) => [`ra_${action}`, 'paper', action, action, action === 'sign' ? 'disabled' : 'active']))};
    INSERT INTO sys_authz.permissions (id, resource_type, action, scope, effect, condition) VALUES ${values([
      ...permissions,
      ['perm_deny_pay', 'paper', 'pay', 'group_tree', 'deny', null],
      ['perm_small', 'paper', 'archive', 'space', 'allow', 'resource.metadata.amount < 50'],
    ])};
    INSERT INTO sys_authz.roles (id, space_id, key, name, status) VALUES ${values(roles.map((key, n) => [`role_${key}`, SPACE, key, key, n === 5 ? 'disabled' : 'active']))};
    INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ${values([
      ...permissions.map(([id], n) => [`rp_${n}`, SPACE, `role_r${n % 6}`, id]),
      ['rp_deny', SPACE, 'role_r1', 'perm_deny_pay'],
      ['rp_small', SPACE, 'role_r2', 'perm_small'],
    ])};
    INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ('ri_1', '${SPACE}', 'role_r3', 'role_r4'), ('ri_2', '${SPACE}', 'role_r4', 'role_r0'), ('ri_3', '${SPACE}', 'role_r4', 'role_r5');
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id, starts_at, expires_at, condition) VALUES ${values(Array.from({ length: 40 }, (_, n) => [
      `mr_${n}`, SPACE, `member_l${(n * 5) % MEMBERS}`, `role_r${(n * 7) % 6}`, n % 4 === 3 ? null : `group_${PATHS[n % PATHS.length]}`,
      n % 9 === 4 ? '2090-01-01' : null, n % 7 === 6 ? '2021-01-01' : null, n % 8 === 5 ? 'resource.ownerMemberId != actor.memberId' : null,
    ]).filter(([, , , , , starts, ends]) => starts === null || ends === null))} ON CONFLICT DO NOTHING;
    INSERT INTO sys_resource.resources (id, space_id, resource_type, group_id, owner_member_id, status, metadata) VALUES ${values(resourceIds.map((id, n) => [
      id, SPACE, 'paper', n % 5 === 4 ? null : `group_${PATHS[(n * 3) % PATHS.length]}`, n % 3 === 0 ? `member_l${n % MEMBERS}` : null, n % 13 === 12 ? 'archived' : 'active',
      JSON.stringify(n % 4 === 0 ? {} : { amount: n * 4 }),
    ]))};`;
}

beforeAll(async () => {
  server = await startTestServer();
  await asOwner(server.database, (owner) => owner.query(world()));
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

const ACTOR = 'userId memberId userMemberId spaceId';

test('listActors names exactly those for which check allows, in pages of any size and both ways', async () => {
  let found = 0;
  for (const action of ACTIONS) {
    for (const resourceId of resourceIds.filter((_, n) => n % 3 === 0)) {
      const answers = await allowed(actors.map((actor) => ({ actor, resourceId, action })));
      const expected = actors.filter((_, n) => answers[n]).toSorted((a, b) => compare([a.memberId, a.userMemberId], [b.memberId, b.userMemberId]));
      const input = { spaceId: SPACE, resourceType: 'paper', resourceId, action };
      expect(await all<Actor>('listActors', ACTOR, input, 3)).toEqual(expected);
      expect(await all<Actor>('listActors', ACTOR, input, 2, true)).toEqual(expected);
      expect((await list<Actor>(backend, 'listActors', ACTOR, { input, first: 200 })).totalCount).toBe(expected.length);
      found += expected.length;
    }
  }
  expect(found).toBeGreaterThan(50);
}, 60_000);

test('listResources names exactly those on which check allows, in pages of any size and both ways', async () => {
  let found = 0;
  for (const action of ACTIONS) {
    for (const actor of actors.filter((_, n) => n % 2 === 0)) {
      const answers = await allowed(resourceIds.map((resourceId) => ({ actor, resourceId, action })));
      const expected = resourceIds.filter((_, n) => answers[n]);
      const input = { actor, resourceType: 'paper', action };
      const forwards = (await all<{ resourceId: string }>('listResources', 'resourceId', input, 4)).map(({ resourceId }) => resourceId);
      expect(forwards.toSorted(compareIds)).toEqual(expected);
      expect((await all<{ resourceId: string }>('listResources', 'resourceId', input, 3, true)).map(({ resourceId }) => resourceId)).toEqual(forwards);
      expect((await list(backend, 'listResources', 'resourceId', { input, first: 1 })).totalCount).toBe(expected.length);
      found += expected.length;
    }
  }
  expect(found).toBeGreaterThan(50);
}, 60_000);

test('listActions names exactly the actions for which check allows', async () => {
  let found = 0;
  for (const actor of actors) {
    for (const resourceId of resourceIds.slice(0, 6)) {
      const answers = await allowed(ACTIONS.map((action) => ({ actor, resourceId, action })));
      const listed = await all<{ action: string }>('listActions', 'action', { actor, resourceType: 'paper', resourceId }, 2);
      expect(listed.map(({ action }) => action)).toEqual(ACTIONS.filter((_, n) => answers[n]));
      found += listed.length;
    }
  }
  expect(found).toBeGreaterThan(20);
}, 60_000);

test('what does not exist gives an empty answer, what is malformed an error that names the place', async () => {
  const actor = actors[0] as Actor;
  const empty = async (field: string, node: string, input: object): Promise<void> => {
    const page = await list(backend, field, node, { input, first: 5 });
    expect({ edges: page.edges, total: page.totalCount, complete: page.complete }).toEqual({ edges: [], total: 0, complete: true });
  };
  await empty('listActors', ACTOR, { spaceId: SPACE, resourceType: 'paper', resourceId: 'paper_nowhere', action: 'read' });
  await empty('listActors', ACTOR, { spaceId: SPACE, resourceType: 'nothing', resourceId: 'paper_00', action: 'read' });
  await empty('listResources', 'resourceId', { actor, resourceType: 'paper', action: 'nothing' });
  await empty('listResources', 'resourceId', { actor: { ...actor, userId: 'user_nobody' }, resourceType: 'paper', action: 'read' });
  await empty('listActions', 'action', { actor, resourceType: 'paper', resourceId: 'paper_nowhere' });
  const wrong = async (variables: object, path: readonly string[]): Promise<void> => {
    const { errors } = await backend.send('query ($input: ListActorsInput!, $first: Int, $after: String) { listActors(input: $input, first: $first, after: $after) { complete } }', variables as never);
    expect(errors).toMatchObject([{ extensions: { inputPath: path } }]);
  };
  const input = { spaceId: SPACE, resourceType: 'paper', resourceId: 'paper_00', action: 'read' };
  await wrong({ input, after: 'made up' }, ['after']);
  await wrong({ input, first: 1_000 }, ['first']);
  await wrong({ input: { ...input, resourceId: 'a b' } }, ['input', 'resourceId']);
  await wrong({ input: { ...input, action: 'read\u0000' } }, ['input', 'action']);
});

test('a key of another Space is refused, and a key of a Group lists what lies in its tree', async () => {
  await server.admin.mutate('createSpace', { id: 'space_elsewhere', name: 'Elsewhere' }, 'space { id }');
  const elsewhere = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_elsewhere', permissionKeys: ['authz:check'] });
  const refused = { actor: actors[0], resourceType: 'paper', action: 'read' };
  const { errors } = await elsewhere.send('query ($input: ListResourcesInput!) { listResources(input: $input) { complete } }', { input: refused });
  expect(errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }]);
  const inTree = await withApiKey(server.admin, { level: 'GROUP', spaceId: SPACE, groupId: 'group_a', permissionKeys: ['authz:check'] });
  for (const each of actors) {
    const input = { actor: each, resourceType: 'paper', action: 'read' };
    const everywhere = (await list<{ resourceId: string }>(backend, 'listResources', 'resourceId', { input, first: 200 })).edges.map(({ node }) => node.resourceId);
    const here = (await list<{ resourceId: string }>(inTree, 'listResources', 'resourceId', { input, first: 200 })).edges.map(({ node }) => node.resourceId);
    const inA = new Set(resourceIds.filter((_, n) => n % 5 !== 4 && (PATHS[(n * 3) % PATHS.length] as string).startsWith('a')));
    expect(here).toEqual(everywhere.filter((id) => inA.has(id)));
  }
});

test('every page is one event with the question, the revision, the count and the hash', async () => {
  const input = { spaceId: SPACE, resourceType: 'paper', resourceId: 'paper_00', action: 'read' };
  const page = await list<Actor>(backend, 'listActors', ACTOR, { input, first: 2 });
  const { events } = await readLog(server.admin);
  const id = events.findLast(({ type }) => type === 'authorization.listed')?.id;
  const data = await server.admin.data<{ auditEvent: Record<string, unknown> }>('query ($id: ID!) { auditEvent(id: $id) { type action details } }', { id });
  expect(data.auditEvent).toMatchObject({ type: 'authorization.listed', action: 'paper.read', details: { list: 'actors', count: page.edges.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
});

test('a list sees what was just changed, when it asks for the revision', async () => {
  const actor = actors[0] as Actor;
  await server.admin.mutate('createRole', { id: 'role_fresh', spaceId: SPACE, key: 'fresh', name: 'Fresh' }, 'role { id }');
  await server.admin.mutate('createRolePermission', { roleId: 'role_fresh', permissionId: 'perm_read_space' }, 'rolePermission { id }');
  await server.admin.mutate('createMemberRole', { memberId: actor.memberId, roleId: 'role_fresh' }, 'memberRole { id }');
  const listed = await all<{ resourceId: string }>('listResources', 'resourceId', { actor, resourceType: 'paper', action: 'read' }, 200);
  expect(listed).toHaveLength(resourceIds.filter((_, n) => n % 13 !== 12 && !(n % 5 !== 4 && PATHS[(n * 3) % PATHS.length] === 'e.f.g')).length);
});

function compare(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : compareIds(left[at] as string, right[at] as string);
}

function compareIds(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
