import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import { Client } from 'pg';
import { builtInSchema } from '../../../src/boot/built-in-schema.js';
import { Requirements } from '../../../src/graphql/index.js';
import { outboxRef } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlAnswer, GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { subscribe } from '../../support/subscription.js';
import { CALLS, type Call, type CallerName, type Own } from './support/calls.js';
import { PASSWORD, signInAdmin, signInUser, withApiKey } from './support/people.js';
import { changedTables, RowChecksums } from './support/row-checksums.js';
import { isConnection, rootFields, type PlacedField } from './support/schema-parts.js';
import { selectAll } from './support/selection.js';
import { endOfAuditLog, endOfOutbox, socketParams } from './support/streams.js';
import { createTenant, TENANT_SETTINGS, type Tenant } from './support/tenant.js';

let server: TestServer;
let owner: Client;
let checksums: RowChecksums;
let schema: GraphQLSchema;
let acme: Tenant;
let globex: Tenant;
let callers: Record<CallerName, { readonly caller: GraphqlCaller; readonly own: Own; readonly signIn?: () => Promise<GraphqlCaller> }>;

const CALLERS: readonly CallerName[] = ['anonymous', 'otherSpaceAdmin', 'siblingGroupAdmin', 'nobody', 'otherSpaceKey'];
const DENIALS = new Set(['UNAUTHORIZED_FIELD_OR_TYPE', 'ADMIN_PERMISSION_REQUIRED', 'ACTIVE_MEMBER_REQUIRED', 'INLINE_CONTEXT_REQUIRES_API_KEY']);
const NOT_FOUND = /^[A-Z_]+_NOT_FOUND$/;

beforeAll(async () => {
  schema = (await builtInSchema()).raw;
  server = await startTestServer({ environment: TENANT_SETTINGS });
  const { admin, anonymous } = server;
  acme = await createTenant(server, 'acme', 'ledger');
  globex = await createTenant(server, 'globex', 'parcel');
  const { spaceId } = acme;
  // A Group beside everything that the calls name, with a Resource in it.
  await admin.mutate('createGroup', { id: 'group_beside', spaceId, key: 'beside' }, 'group { id }');
  await admin.mutate('createResource', { id: 'doc_beside', spaceId, groupId: 'group_beside', resourceType: acme.resourceType }, 'resource { id }');
  const space = { level: 'SPACE_ADMIN', spaceId: globex.spaceId, permissionKey: '*' };
  const otherSpaceAdmin = await signInAdmin(server, 'other-space-admin', [space]);
  const siblingGroupAdmin = await signInAdmin(server, 'beside-admin', [{ level: 'GROUP_ADMIN', groupId: 'group_beside', permissionKey: '*' }]);
  await admin.mutate('createUser', { id: 'user_nobody', email: 'nobody@example.com' }, 'user { id }');
  const nobody = await signInUser(server, 'user_nobody', 'nobody@example.com');
  const otherSpaceKey = await withApiKey(server, { level: 'SPACE', spaceId: globex.spaceId, permissionKeys: ['*'] });
  const again = (name: string) => () => server.signIn(`${name}@example.com`, PASSWORD);
  const beside: Own = { ...globex, spaceId, groupId: 'group_beside', resourceId: 'doc_beside', resourceType: acme.resourceType, userId: 'user_beside_admin' };
  callers = {
    anonymous: { caller: anonymous, own: globex },
    otherSpaceAdmin: { caller: otherSpaceAdmin.caller, own: globex, signIn: again('other-space-admin') },
    siblingGroupAdmin: { caller: siblingGroupAdmin.caller, own: beside, signIn: again('beside-admin') },
    nobody: { caller: nobody, own: globex, signIn: again('nobody') },
    otherSpaceKey: { caller: otherSpaceKey.caller, own: globex },
  };
  // Keys are made when they are first needed, such as that of receipts, which the calls select. That is no change by a caller.
  await fetch(`${server.url}/.well-known/jwks.json`);
  owner = new Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  checksums = await RowChecksums.of(owner);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await server.stop();
});

const placed = (coordinate: string): PlacedField => rootFields(schema).find((field) => field.coordinate === coordinate) as PlacedField;
const isCallable = (coordinate: string): boolean => !coordinate.startsWith('Subscription.');

/** Sends one root field with everything selected below it. */
function send(caller: GraphqlCaller, coordinate: string, args: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<Record<string, unknown>>> {
  const { parent, field } = placed(coordinate);
  const given = field.args.filter(({ name }) => args[name] !== undefined);
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = selectAll(schema, getNamedType(field.type), parent === 'Mutation' ? 3 : 5);
  const document = `${parent.toLowerCase()}${declared === '' ? '' : ` (${declared})`} { ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`;
  return caller.send<Record<string, unknown>>(document, args);
}

/** What an answer comes to: a denial or refusal with its code, nothing, or something. */
function outcomeOf(coordinate: string, { data, errors = [], status }: GraphqlAnswer<Record<string, unknown>>): string {
  const { parent, field } = placed(coordinate);
  const rootError = errors.find(({ path = [] }) => path.length <= 1);
  if (rootError !== undefined) return `${rootError.path?.[0] === field.name && status === 200 ? 'denied' : `broken ${status}`} ${rootError.extensions.code}`;
  const value = data?.[field.name];
  if (value === null || value === undefined) return 'absent';
  if (parent === 'Mutation') {
    const codes = [...new Set((value as { errors: { code: string }[] }).errors.map(({ code }) => code))];
    return codes.length === 0 ? 'acted' : `refused ${codes.join()}`;
  }
  const type = getNamedType(field.type);
  const rows = isConnection(type) ? (value as { edges: unknown[] }).edges : value;
  return Array.isArray(rows) && rows.length === 0 ? 'empty' : 'data';
}

function isDenial(outcome: string): boolean {
  const [kind, code = ''] = outcome.split(' ');
  return kind === 'absent' || kind === 'empty' || (kind === 'denied' && DENIALS.has(code)) || (['denied', 'refused'].includes(kind as string) && NOT_FOUND.test(code));
}

/** Texts of acme in an answer that the caller did not send along. */
function leaksIn(answer: unknown, sent: unknown, own: Own): string[] {
  const known = [...textsIn(sent), ...(own.spaceId === acme.spaceId ? [acme.spaceId] : [])].sort((one, other) => other.length - one.length);
  const rest = known.reduce((text, part) => text.replaceAll(part, ''), JSON.stringify(answer));
  const secrets = [acme.apiKeySecret, acme.sessionId, acme.accessToken, acme.invitationId, acme.recoveryId, acme.externalIdentityId, acme.auditEventId, acme.decisionEventId];
  return [...secrets.filter((secret) => rest.includes(secret)), ...(rest.match(/[^"]{0,20}acme[^"]{0,20}/gi) ?? [])];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test('every root field has a row in the table, and the table no other', () => {
  expect(Object.keys(CALLS).toSorted()).toEqual(rootFields(schema).map(({ coordinate }) => coordinate).toSorted());
  expect(Object.entries(CALLS).filter(([coordinate, calls]) => calls.length === 0 && isCallable(coordinate))).toEqual([]);
});

describe.each(CALLERS)('called by %s', (name) => {
  test('every root field gives nothing of another tenant, changes nothing, and says so in a typed way', async () => {
    const { caller, own, signIn } = callers[name];
    const requirements = new Requirements(schema);
    const wrong: Record<string, unknown> = {};
    let before = await checksums.read();
    for (const [coordinate, calls] of Object.entries(CALLS)) {
      for (const [index, call] of calls.entries()) {
        const args = call.args(acme, own, name);
        const answer = await send(call.ownSession === true && signIn !== undefined ? await signIn() : caller, coordinate, args);
        if (call.ownSession === true) before = await checksums.read();
        const outcome = outcomeOf(coordinate, answer);
        // What a guard turns away, and what reads, is looked at together at the end.
        const after = outcome.endsWith('UNAUTHORIZED_FIELD_OR_TYPE') || coordinate.startsWith('Query.') ? before : await checksums.read();
        const changed = outcome === 'acted' && call.also?.[name]?.[0] === 'acted' ? [] : changedTables(before, after);
        const leaks = leaksIn({ data: answer.data, errors: answer.errors }, args, own);
        if (!isRight(outcome, coordinate, call) || changed.length > 0 || leaks.length > 0) {
          wrong[`${coordinate} ${index}`] = { outcome, ...(changed.length > 0 ? { changed } : {}), ...(leaks.length > 0 ? { leaks } : {}) };
        }
        before = after;
      }
    }
    expect(wrong).toEqual({});
    expect(changedTables(before, await checksums.read())).toEqual([]);

    function isRight(outcome: string, coordinate: string, call: Call): boolean {
      const root = schema.getType(coordinate.split('.')[0] as string);
      const requirement = isObjectType(root) ? requirements.ofField(root, placed(coordinate).field) : [];
      const isGuardedFor = name === 'anonymous' ? requirement.length > 0 : name === 'nobody' && requirement.some(({ kind }) => kind !== 'authenticated');
      if (isGuardedFor) return outcome === 'denied UNAUTHORIZED_FIELD_OR_TYPE';
      return isDenial(outcome) || call.also?.[name]?.[0] === outcome;
    }
  }, 120_000);
});

test('a decision about a Resource of another Space tells nothing of it, in the answer, the trace and the log', async () => {
  const { caller } = callers.otherSpaceKey;
  const { userId, memberId, userMemberId, spaceId } = globex;
  const input = { actor: { userId, memberId, userMemberId, spaceId }, resourceType: acme.resourceType, resourceId: acme.resourceId, action: 'read' };
  const selection = selectAll(schema, schema.getType('Explanation') as never);
  const { explain } = await caller.data<{ explain: { auditEventId: string } }>(`query ($input: CheckInput!) { explain(input: $input) ${selection} }`, { input });
  expect(explain).toMatchObject({ decision: 'DENY', denyCode: 'CROSS_SPACE_VIOLATION', target: { resource: null, group: null } });
  const event = await caller.data(`query ($id: ID!) { auditEvent(id: $id) { details trace } decisionTrace(auditEventId: $id) ${selectAll(schema, schema.getType('DecisionTrace') as never)} }`, { id: explain.auditEventId });
  expect(event).toMatchObject({ decisionTrace: { target: { resource: null, group: null } }, auditEvent: { details: { resource: { id: acme.resourceId } } } });
  expect(leaksIn({ explain, event }, input, globex)).toEqual([]);
  // Who reads the log of both Spaces sees which one it was.
  const { decisionTrace } = await server.admin.data<{ decisionTrace: object }>('query ($id: ID!) { decisionTrace(auditEventId: $id) { target { resource { spaceId } group { id } } } }', { id: explain.auditEventId });
  expect(decisionTrace).toEqual({ target: { resource: { spaceId: acme.spaceId }, group: null } });
});

describe('streams', () => {
  const AUDIT = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["group.updated"] }) { id type spaceId target { id } changes details } }';
  const LIFECYCLE = 'subscription ($after: String) { lifecycleEvents(after: $after) { id type spaceId subject { type id } payload } }';

  test.each(['anonymous', 'nobody'] as const)('are denied to %s', async (name) => {
    for (const [field, document] of [['auditEvents', AUDIT], ['lifecycleEvents', LIFECYCLE]] as const) {
      const stream = await subscribe<Record<string, unknown>>(server.url, socketParams(callers[name].caller), document);
      await stream.ended;
      expect(stream.received).toEqual([{ errors: [expect.objectContaining({ path: [field], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } })] }]);
      await stream.close();
    }
  });

  // Events come in the order of the log: what was not for the caller would have come before its own. The first is replayed, the second live.
  test.each(['otherSpaceAdmin', 'siblingGroupAdmin', 'otherSpaceKey'] as const)('give %s what is its own and nothing else', async (name) => {
    const { caller, own } = callers[name];
    const after = await endOfAuditLog(server.admin);
    const change = async (round: number): Promise<void> => {
      for (const id of [acme.childGroupId, own.groupId]) await server.admin.mutate('updateGroup', { id, sortOrder: round }, 'group { id }');
    };
    await change(1);
    const stream = await subscribe<{ auditEvents: { target: { id: string } } }>(server.url, socketParams(caller), AUDIT, { after });
    await stream.until(() => true);
    await change(2);
    await stream.until(() => stream.received.length === 2);
    expect(stream.received.map(({ data }) => data?.auditEvents.target.id)).toEqual([own.groupId, own.groupId]);
    await stream.close();
  });

  test.each(['otherSpaceAdmin', 'otherSpaceKey'] as const)('of the system give %s what concerns its Space and nothing else', async (name) => {
    const { container } = server.server.platform;
    const after = await endOfOutbox(owner);
    const publish = async (): Promise<void> => {
      const event = { type: 'capability.ready', subject: { type: 'Capability', id: 'audit.explainable' }, payload: {} };
      for (const spaceId of ['', acme.spaceId, globex.spaceId]) await container.get(outboxRef).publishNow({ ...event, spaceId });
    };
    await publish();
    const stream = await subscribe<{ lifecycleEvents: { spaceId: string | null } }>(server.url, socketParams(callers[name].caller), LIFECYCLE, { after });
    await stream.until(() => true);
    await publish();
    await stream.until(() => stream.received.length === 2);
    expect(stream.received.map(({ data }) => data?.lifecycleEvents.spaceId)).toEqual([globex.spaceId, globex.spaceId]);
    await stream.close();
  });
});

// Without this, a row with a misspelt id would be denied for the wrong reason for ever. It comes last: it deletes what there was.
test('the same arguments reach their objects for a super admin', async () => {
  const wrong: Record<string, string> = {};
  for (const [coordinate, calls] of Object.entries(CALLS)) {
    for (const [index, { args, control }] of calls.entries()) {
      if (control === 'none') continue;
      const outcome = outcomeOf(coordinate, await send(server.admin, coordinate, args(acme, globex, 'otherSpaceAdmin')));
      const right = control === undefined ? ['data', 'acted'].includes(outcome) : control[0] === outcome;
      if (!right) wrong[`${coordinate} ${index}`] = outcome;
    }
  }
  expect(wrong).toEqual({});
}, 60_000);
