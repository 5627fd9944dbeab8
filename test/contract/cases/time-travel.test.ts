import { setTimeout as sleep } from 'node:timers/promises';
import { spacePurgeRef } from '../../../src/system/identity/services/purge/space-purge.js';
import { systemContext } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { auditEvents } from '../support/audit-events.js';
import { approve, check, explain, pastTrace, tryCheck } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';

const SPACE = 'space_acme';
const MEMBER_ROLE = 'mr_finance_reviewer_approver_finance';

let server: TestServer;
let admin: GraphqlCaller;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_SPACE_DELETION_WAIT_S: '0' } });
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  backend = await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

/** A moment between what was done before and what is done after. */
async function moment(): Promise<string> {
  await sleep(5);
  const now = new Date().toISOString();
  await sleep(5);
  return now;
}

/** Waits until so many decisions about a binding have their place in the log. */
async function logged(actorUserMemberId: string, count: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; (await auditEvents(admin, { types: ['authorization.decision'], actorUserMemberId })).length < count;) {
    if (Date.now() > deadline) throw new Error('decisions are not in the log');
    await sleep(20);
  }
}

const listed = async (caller: GraphqlCaller, field: string, node: string, input: object, page: object = { first: 200 }): Promise<{ ids: string[]; cursors: string[]; revision: string }> => {
  const type = `List${field.slice(4)}Input`;
  const data = await caller.data<Record<string, { edges: { cursor: string; node: Record<string, string> }[]; revision: string; complete: boolean }>>(
    `query ($input: ${type}!, $first: Int, $after: String, $last: Int, $before: String) { ${field}(input: $input, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { ${node} } } revision complete } }`, { input, ...page });
  const answer = data[field] as { edges: { cursor: string; node: Record<string, string> }[]; revision: string };
  return { ids: answer.edges.map(({ node: found }) => found[node] as string), cursors: answer.edges.map(({ cursor }) => cursor), revision: answer.revision };
};

const code = async (caller: GraphqlCaller, input: object): Promise<unknown> => {
  const { data, errors } = await tryCheck(caller, input);
  return errors === undefined ? [data?.check?.decision, data?.check?.denyCode] : errors.map(({ extensions }) => [extensions.code, extensions['inputPath']])[0];
};

describe('an answer about the past', () => {
  let before: { time: string; revision: string };
  let after: { time: string; revision: string };

  beforeAll(async () => {
    before = { revision: (await check(backend, approve(ACTORS.alice, 'invoice_001'))).revision, time: await moment() };
    await admin.mutate('createMemberRole', { id: 'mr_short', memberId: 'member_invoice_creator', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_legal', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }, '');
    await admin.mutate('revokeMemberRole', { id: MEMBER_ROLE }, '');
    await admin.mutate('updateResource', { id: 'invoice_002', groupId: 'group_finance_emea' }, '');
    await admin.mutate('moveGroup', { id: 'group_finance_apac', parentGroupId: 'group_legal' }, '');
    after = { revision: (await check(backend, approve(ACTORS.alice, 'invoice_001'))).revision, time: await moment() };
  });

  it('is what was answered then, by revision and by time, in check, checkMany and explain', async () => {
    const question = approve(ACTORS.alice, 'invoice_001');
    expect(await code(backend, question)).toEqual(['DENY', 'NO_MATCHING_PERMISSION']);
    for (const asOf of [{ time: before.time }, { revision: before.revision }, { revision: before.revision, time: before.time }]) {
      expect(await code(backend, { ...question, asOf })).toEqual(['ALLOW', null]);
      const trace = await explain(backend, { ...question, asOf });
      expect(trace).toMatchObject({ decision: 'ALLOW', revision: before.revision, target: { group: { path: 'finance.apac' } }, matchedCandidates: expect.arrayContaining([expect.objectContaining({ memberRoleId: MEMBER_ROLE })]) });
    }
    for (const asOf of [{ time: after.time }, { revision: after.revision }]) expect(await code(backend, { ...question, asOf })).toEqual(['DENY', 'NO_MATCHING_PERMISSION']);
    const many = await backend.data<{ checkMany: { decision: string; revision: string }[] }>('query ($input: CheckManyInput!) { checkMany(input: $input) { decision revision } }', {
      input: { items: [question, { ...question, asOf: { time: before.time } }, { ...question, asOf: { time: after.time } }, { ...question, asOf: { revision: before.revision } }] },
    });
    expect(many.checkMany.map(({ decision }) => decision)).toEqual(['DENY', 'ALLOW', 'DENY', 'ALLOW']);
  });

  it('compares starts and ends with the time that is named, or with the clock of the request', async () => {
    const actor = { ...ACTORS.alice, userMemberId: 'um_alice_creator', memberId: 'member_invoice_creator' };
    await admin.mutate('createUserMember', { id: 'um_alice_creator', userId: 'user_alice', memberId: actor.memberId, expiresAt: new Date(Date.now() + 3_000).toISOString() }, '');
    const inside = await moment();
    const question = { ...approve(actor, 'invoice_001'), action: 'read' };
    const { revision } = await check(backend, question);
    expect(await code(backend, { ...question, asOf: { revision } })).toEqual(['ALLOW', null]);
    await sleep(3_050);
    // The facts are the same: only the clock has moved.
    expect(await code(backend, { ...question, asOf: { revision } })).toEqual(['DENY', 'USER_MEMBER_EXPIRED']);
    expect(await code(backend, { ...question, asOf: { revision, time: inside } })).toEqual(['ALLOW', null]);
    expect(await code(backend, { ...question, asOf: { time: inside } })).toEqual(['ALLOW', null]);
  });

  it('is given by the lists too, and never from what is true today', async () => {
    const actors = { spaceId: SPACE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };
    const resources = { actor: ACTORS.alice, resourceType: 'invoice', action: 'approve' };
    const actions = { actor: ACTORS.alice, resourceType: 'invoice', resourceId: 'invoice_001' };
    const asOf = { time: before.time };
    expect((await listed(backend, 'listActors', 'userMemberId', { ...actors, asOf })).ids).toEqual(['um_alice_finance_reviewer', 'um_bob_finance_reviewer']);
    expect((await listed(backend, 'listResources', 'resourceId', { ...resources, asOf }))).toMatchObject({ ids: ['invoice_001'], revision: before.revision });
    expect((await listed(backend, 'listActions', 'action', { ...actions, asOf })).ids).toEqual(['approve', 'create', 'delete', 'read', 'update']);
    const now = [await listed(backend, 'listActors', 'userMemberId', actors), await listed(backend, 'listResources', 'resourceId', resources), await listed(backend, 'listActions', 'action', actions)];
    expect(now.map(({ ids }) => ids)).toEqual([[], [], []]);
  });

  it('lists Resources of the past in pages, by id and both ways', async () => {
    for (const number of [1, 2, 3, 4, 5]) {
      await admin.mutate('createResource', { id: `invoice_page_${number}`, spaceId: SPACE, resourceType: 'invoice', groupId: number % 2 === 0 ? 'group_legal' : 'group_legal_emea' }, '');
    }
    await admin.mutate('createMemberRole', { memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_legal' }, '');
    const asOf = { time: await moment() };
    await admin.mutate('updateResource', { id: 'invoice_page_3', groupId: 'group_finance' }, '');
    const input = { actor: ACTORS.alice, resourceType: 'invoice', action: 'read', asOf };
    const all = ['invoice_001', 'invoice_page_1', 'invoice_page_2', 'invoice_page_3', 'invoice_page_4', 'invoice_page_5'];
    const first = await listed(backend, 'listResources', 'resourceId', input, { first: 4 });
    expect(first.ids).toEqual(all.slice(0, 4));
    expect((await listed(backend, 'listResources', 'resourceId', input, { first: 4, after: first.cursors.at(-1) })).ids).toEqual(all.slice(4));
    expect((await listed(backend, 'listResources', 'resourceId', input, { last: 2, before: first.cursors.at(-1) })).ids).toEqual(all.slice(1, 3));
    const { errors } = await backend.send('query ($input: ListResourcesInput!, $after: String) { listResources(input: $input, after: $after) { complete } }', { input: { ...input, asOf: null }, after: first.cursors[0] });
    expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  });

  it('is in the log, says of what moment it is, has no receipt, and lets no assignment look used', async () => {
    const data = await backend.data<{ check: { auditEventId: string; receipt: string | null } }>(
      'query ($input: CheckInput!) { check(input: $input) { auditEventId receipt } }', { input: approve(ACTORS.alice, 'invoice_001', { asOf: { revision: before.revision, time: before.time } }) });
    expect(data.check.receipt).toBeNull();
    const event = (await admin.data<{ auditEvent: { decision: string; details: Record<string, unknown> } }>('query ($id: ID!) { auditEvent(id: $id) { decision details } }', { id: data.check.auditEventId })).auditEvent;
    expect(event).toMatchObject({ decision: 'ALLOW', details: { decidedAt: Date.parse(before.time), asOf: { time: Date.parse(before.time), revision: { space: expect.any(Number) } }, matched: { memberRoleId: MEMBER_ROLE } } });
    // Its trace is rendered from the same moment.
    expect(await pastTrace(admin, data.check.auditEventId)).toMatchObject({ decision: 'ALLOW', matchedCandidates: [{ memberRoleId: MEMBER_ROLE }] });
    await listed(backend, 'listActors', 'memberId', { spaceId: SPACE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', asOf: { time: before.time } });
    expect((await auditEvents(admin, { types: ['authorization.listed'] })).at(-1)?.details).toMatchObject({ list: 'actors', asOf: Date.parse(before.time), count: 2 });

    await admin.mutate('createMemberRole', { id: 'mr_unused', memberId: 'member_invoice_creator', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance' }, '');
    await admin.mutate('createUserMember', { id: 'um_bob_creator', userId: 'user_bob', memberId: 'member_invoice_creator' }, '');
    await admin.mutate('createResource', { id: 'invoice_unused', spaceId: SPACE, resourceType: 'invoice', groupId: 'group_finance' }, '');
    const actor = { userId: 'user_bob', memberId: 'member_invoice_creator', userMemberId: 'um_bob_creator', spaceId: SPACE };
    expect(await code(backend, approve(actor, 'invoice_unused', { asOf: { time: await moment() } }))).toEqual(['ALLOW', null]);
    const unused = async (): Promise<boolean> => (await admin.data<{ unusedGrants: { edges: { node: { memberRoleId: string } }[] } }>(
      'query ($since: DateTime!) { unusedGrants(spaceId: "space_acme", since: $since, first: 200) { edges { node { memberRoleId } } } }', { since: '2000-01-01T00:00:00Z' }))
      .unusedGrants.edges.some(({ node }) => node.memberRoleId === 'mr_unused');
    await logged(actor.userMemberId, 1);
    expect(await unused()).toBe(true);
    expect(await code(backend, approve(actor, 'invoice_unused'))).toEqual(['ALLOW', null]);
    await logged(actor.userMemberId, 2);
    expect(await unused()).toBe(false);
  });

  it('is recorded, not counted, where allows of the present are counted', async () => {
    await admin.mutate('createResourceAction', { resourceType: 'invoice', key: 'peek', displayName: 'Peek', auditDefault: false }, '');
    await admin.mutate('createPermission', { id: 'perm_peek', resourceType: 'invoice', action: 'peek', scope: 'SPACE' }, '');
    await admin.mutate('createRolePermission', { roleId: 'role_finance_approver', permissionId: 'perm_peek' }, '');
    const question = { ...approve(ACTORS.alice, 'invoice_001'), action: 'peek' };
    expect(await check(backend, question)).toMatchObject({ decision: 'ALLOW', auditEventId: null });
    expect(await check(backend, { ...question, asOf: { time: await moment() } })).toMatchObject({ decision: 'ALLOW', auditEventId: expect.any(String) });
  });
});

describe('who may ask', () => {
  it('is decided by rights of today, over the Groups of then where they lie now', async () => {
    for (const [id, path] of [['group_w', 'w'], ['group_w_x', 'w.x'], ['group_y', 'y']] as const) await admin.mutate('createGroup', { id, spaceId: SPACE, path }, '');
    await admin.mutate('createResource', { id: 'invoice_wandering', spaceId: SPACE, resourceType: 'invoice', groupId: 'group_w_x' }, '');
    const inW = await moment();
    await admin.mutate('updateResource', { id: 'invoice_wandering', groupId: 'group_y' }, '');
    const [ofW, ofX, ofY] = await Promise.all(['group_w', 'group_w_x', 'group_y'].map((groupId) => withApiKey(admin, { level: 'GROUP', spaceId: SPACE, groupId, permissionKeys: ['authz:check'] })));
    const question = approve(ACTORS.alice, 'invoice_wandering');
    const ask = async (caller: GraphqlCaller | undefined, more: object): Promise<unknown> => ((await code(caller as GraphqlCaller, { ...question, ...more })) as string[])[0];
    // Today it lies in y; then it lay in w.x, below w.
    expect([await ask(ofW, {}), await ask(ofX, {}), await ask(ofY, {})]).toEqual(['ADMIN_PERMISSION_REQUIRED', 'ADMIN_PERMISSION_REQUIRED', 'DENY']);
    const asOf = { time: inW };
    expect([await ask(ofW, { asOf }), await ask(ofX, { asOf }), await ask(ofY, { asOf })]).toEqual(['DENY', 'DENY', 'ADMIN_PERMISSION_REQUIRED']);
    const about = { spaceId: SPACE, resourceType: 'invoice', resourceId: 'invoice_wandering', action: 'approve', asOf };
    const listing = async (caller: GraphqlCaller | undefined): Promise<unknown> =>
      (await (caller as GraphqlCaller).send('query ($input: ListActorsInput!) { listActors(input: $input) { complete } }', { input: about })).errors?.[0]?.extensions.code ?? 'listed';
    expect([await listing(ofW), await listing(ofX), await listing(ofY)]).toEqual(['listed', 'listed', 'ADMIN_PERMISSION_REQUIRED']);
    // The Group of then is moved: what counts is where it lies today.
    await admin.mutate('moveGroup', { id: 'group_w_x', parentGroupId: 'group_y' }, '');
    expect([await ask(ofW, { asOf }), await ask(ofX, { asOf }), await ask(ofY, { asOf })]).toEqual(['ADMIN_PERMISSION_REQUIRED', 'DENY', 'DENY']);
    const list = async (caller: GraphqlCaller | undefined): Promise<string[]> => {
      await admin.mutate('createMemberRole', { id: 'mr_wide', memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_w' }, '').catch(() => undefined);
      return (await listed(caller as GraphqlCaller, 'listResources', 'resourceId', { actor: ACTORS.alice, resourceType: 'invoice', action: 'approve', asOf: { revision: (await check(backend, question)).revision } })).ids;
    };
    expect(await list(ofW)).toEqual([]);
  });

  it('keeps a caller of another Space out, whatever the moment', async () => {
    const foreign = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_other', permissionKeys: ['authz:check'] });
    const time = new Date(0).toISOString();
    for (const asOf of [{ time }, { time: new Date().toISOString() }]) {
      expect(await code(foreign, approve(ACTORS.alice, 'invoice_001', { asOf }))).toEqual(['ADMIN_PERMISSION_REQUIRED', undefined]);
    }
    // A foreign Resource of the past is no more to be seen than one of today.
    const actor = { userId: 'user_bob', memberId: 'member_other', userMemberId: 'um_none_there', spaceId: 'space_other' };
    expect(await code(foreign, approve(actor, 'invoice_001', { asOf: { time: new Date().toISOString() } }))).toEqual(['DENY', 'ACTOR_NOT_FOUND']);
  });

  it('gives nothing of a Space that was removed to those who have its id now', async () => {
    const id = 'space_again';
    const actor = { userId: 'user_bob', memberId: 'member_again', userMemberId: 'um_again', spaceId: id };
    const make = async (): Promise<void> => {
      await admin.mutate('createSpace', { id, name: 'Again' }, '');
      await admin.mutate('createMember', { id: actor.memberId, spaceId: id, displayName: 'M' }, '');
      await admin.mutate('createUserMember', { id: actor.userMemberId, userId: actor.userId, memberId: actor.memberId }, '');
      await admin.mutate('createResource', { id: 'invoice_again', spaceId: id, resourceType: 'invoice', ownerMemberId: actor.memberId }, '');
    };
    await make();
    await admin.mutate('createRole', { id: 'role_again', spaceId: id, key: 'again', name: 'Again' }, '');
    await admin.mutate('createRolePermission', { roleId: 'role_again', permissionId: 'perm_invoice_read_self' }, '');
    await admin.mutate('createMemberRole', { memberId: actor.memberId, roleId: 'role_again' }, '');
    const question = { actor, resourceType: 'invoice', resourceId: 'invoice_again', action: 'read' };
    const { revision, decision } = await check(backend, question);
    expect(decision).toBe('ALLOW');
    const time = await moment();
    await admin.mutate('deleteSpace', { id }, '');
    const { container } = server.server.platform;
    await container.get(spacePurgeRef).sweep(systemContext(container.process, Date.now()));
    for (let round = 0; round < 2; round += 1) {
      expect(await code(backend, { ...question, asOf: { time } })).toEqual(['DENY', 'ACTOR_NOT_FOUND']);
      expect(await code(backend, { ...question, asOf: { revision } })).toEqual(['VALIDATION_FAILED', ['input', 'asOf', 'revision']]);
      expect((await listed(backend, 'listResources', 'resourceId', { actor, resourceType: 'invoice', action: 'read', asOf: { time } })).ids).toEqual([]);
      if (round === 0) await make();
    }
  });
});

describe('bad input', () => {
  const future = new Date(Date.now() + 86_400_000).toISOString();
  const token = (...parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const cases: readonly (readonly [name: string, asOf: object, path: readonly string[]])[] = [
    ['nothing', {}, ['input', 'asOf']],
    ['nulls', { revision: null, time: null }, ['input', 'asOf']],
    ['a time to come', { time: future }, ['input', 'asOf', 'time']],
    ['a made up token', { revision: 'made up' }, ['input', 'asOf', 'revision']],
    ['a NUL', { revision: '\u0000' }, ['input', 'asOf', 'revision']],
    ['a huge token', { revision: 'A'.repeat(100_000) }, ['input', 'asOf', 'revision']],
    ['a Space revision to come', { revision: token(1, SPACE, 1_000_000, 0) }, ['input', 'asOf', 'revision']],
    ['an instance revision to come', { revision: token(1, SPACE, 0, 1_000_000) }, ['input', 'asOf', 'revision']],
    ['the largest number', { revision: token(1, SPACE, Number.MAX_SAFE_INTEGER, 1) }, ['input', 'asOf', 'revision']],
    ['another Space', { revision: token(1, 'space_other', 1, 1) }, ['input', 'asOf', 'revision']],
    ['a negative number', { revision: token(1, SPACE, -1, 1) }, ['input', 'asOf', 'revision']],
    ['a fraction', { revision: token(1, SPACE, 1.5, 1) }, ['input', 'asOf', 'revision']],
  ];

  it.each(cases)('%s is refused where it stands', async (_name, asOf, path) => {
    const expected = 'VALIDATION_FAILED';
    expect(await code(backend, approve(ACTORS.alice, 'invoice_001', { asOf }))).toEqual([expected, path]);
    const { errors } = await backend.send('query ($input: ListActionsInput!) { listActions(input: $input) { complete } }', { input: { actor: ACTORS.alice, resourceType: 'invoice', resourceId: 'invoice_001', asOf } });
    expect(errors).toMatchObject([{ extensions: { code: expected, inputPath: path } }]);
  });

  it('names the question of many, and refuses a past that must have seen something newer', async () => {
    const { revision } = await check(backend, approve(ACTORS.alice, 'invoice_001'));
    const good = approve(ACTORS.alice, 'invoice_001', { asOf: { revision } });
    const { errors } = await backend.send('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items: [good, approve(ACTORS.alice, 'invoice_001', { asOf: { time: future } })] } });
    expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', 'items', 1, 'asOf', 'time'] } }]);
    expect(await code(backend, { ...good, atLeast: revision })).toEqual(['VALIDATION_FAILED', ['input', 'atLeast']]);
    expect((await backend.send('query ($input: CheckInput!) { check(input: $input) { decision } }', { input: { ...good, asOf: { time: '2026-13-45T00:00:00Z' } } })).status).toBeLessThan(500);
  });

  it('before everything there is nothing', async () => {
    expect(await code(backend, approve(ACTORS.alice, 'invoice_001', { asOf: { time: '0001-01-01T00:00:00Z' } }))).toEqual(['DENY', 'ACTOR_NOT_FOUND']);
    expect(await code(backend, approve(ACTORS.alice, 'invoice_001', { asOf: { revision: token(1, SPACE, 0, 0) } }))).toEqual(['DENY', 'ACTOR_NOT_FOUND']);
    expect((await listed(backend, 'listActors', 'memberId', { spaceId: SPACE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', asOf: { time: '1970-01-01T00:00:00Z' } })).ids).toEqual([]);
  });
});
