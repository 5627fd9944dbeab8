import fc from 'fast-check';
import { createClient, type Client } from 'graphql-ws';
import { metricsRef } from '../../../src/system/shared/contracts/index.js';
import { hasHeard, startTestServer, type TestServer } from '../../support/server.js';
import { until } from '../../support/transport-fixture.js';
import { signInAdmin, type Admin } from './support/people.js';
import { endOfAuditLog, socketParams } from './support/streams.js';

// Subscribers of random documents, rights and changes of rights get exactly what one execution for each of them gives. The reference is a
// twin on the same socket that asks what its answers cost: it is executed for itself alone, by graphql-js, event by event.

const SPACES = ['space_one', 'space_two', 'space_three'] as const;
const FIELDS = [
  'id', 'index', 'position', 'type', 'risk', 'occurredAt', 'groupId', 'action', 'decision', 'denyCode', 'requestId', 'traceId', 'details', 'changes', 'other: index', 'type @include(if: $more)',
  'actor { userId memberId }', 'target { type id }', 'credential { kind id }', '... on AuditEvent { again: target { id } }', 'personal { ip }', 'actor { userEmail userId }', 'trace',
];

const ROUND = 'round-';

interface Answer {
  readonly data?: { readonly auditEvents: { readonly spaceId: string; readonly round: string } | null } | null;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
}

/** One subscription and its twin. */
interface Pair {
  readonly person: Person;
  readonly shared: Answer[];
  readonly own: Answer[];
  /** What both must have got: the rounds of the events, in order. */
  readonly expected: number[];
}

interface Person {
  readonly admin: Admin;
  readonly client: Client;
  /** Spaces that it reads, with the grant of each. */
  readonly grants: Map<string, string>;
}

let server: TestServer;
let people: Person[] = [];
let round = 0;

beforeAll(async () => {
  server = await startTestServer();
  for (const id of SPACES) {
    await server.admin.mutate('createSpace', { id, name: id }, 'space { id }');
    await server.admin.mutate('createGroup', { id: id.replace('space', 'group'), spaceId: id, key: 'all' }, 'group { id }');
  }
  people = await Promise.all(['ann', 'ben', 'cid', 'dee'].map(async (name, index) => {
    const more = index === 0 ? [{ level: 'INSTANCE_ADMIN', permissionKey: 'audit:read_personal' }] : index === 1 ? [{ level: 'INSTANCE_ADMIN', permissionKey: 'users:read' }] : [];
    const admin = await signInAdmin(server, name, more);
    const client = createClient({ url: `${server.url.replace(/^http/, 'ws')}/graphql`, connectionParams: socketParams(admin.caller), retryAttempts: 0, lazy: false, onNonLazyError: () => undefined });
    return { admin, client, grants: new Map<string, string>() };
  }));
}, 60_000);

afterAll(async () => {
  for (const { client } of people) await client.dispose();
  await server.stop();
});

async function give(person: Person, spaceId: string): Promise<void> {
  const { adminGrant } = await server.admin.mutate<{ adminGrant: { id: string } }>('createAdminGrant', { userId: person.admin.userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'audit:read' }, 'adminGrant { id }');
  person.grants.set(spaceId, adminGrant.id);
}

async function take(person: Person, spaceId: string): Promise<void> {
  await server.admin.mutate('revokeAdminGrant', { id: person.grants.get(spaceId) }, 'adminGrant { id }');
  person.grants.delete(spaceId);
}

/** Follows events with a document, twice: as everybody does, and with the price of each answer, which nobody shares. */
function follow(person: Person, fields: readonly string[], variables: Record<string, unknown>, running: (() => void)[], expected: number[]): Pair {
  const conditional = fields.some((field) => field.includes('$more'));
  const query = `subscription ($after: String${conditional ? ', $more: Boolean!' : ''}) { auditEvents(after: $after, filter: { types: ["group.updated"] }) { spaceId round: requestId ${fields.join(' ')} } }`;
  const pair: Pair = { person, shared: [], own: [], expected };
  for (const [answers, extensions] of [[pair.shared, undefined], [pair.own, { cost: true }]] as const) {
    running.push(person.client.subscribe({ query, variables: { after: variables['after'], ...(conditional ? { more: variables['more'] } : {}) }, extensions }, {
      next: (answer) => void answers.push(answer as Answer), error: (error) => void answers.push({ errors: [error] }), complete: () => undefined,
    }));
  }
  return pair;
}

async function emit(spaceId: string, pairs: readonly Pair[]): Promise<void> {
  round += 1;
  await server.admin.with({ 'x-request-id': `${ROUND}${round}` }).mutate('updateGroup', { id: spaceId.replace('space', 'group'), sortOrder: round }, 'group { id }');
  for (const { person, expected } of pairs) if (person.grants.has(spaceId)) expected.push(round);
}

const roundOf = ({ data }: Answer): number => Number(data?.auditEvents?.round.slice(ROUND.length));
const bare = ({ data, errors }: Answer): unknown => ({ data, errors });

async function assertEqual(pairs: readonly Pair[]): Promise<void> {
  for (const pair of pairs) {
    await until(() => [pair.shared, pair.own].every(({ length }) => length >= pair.expected.length), `${JSON.stringify(pair.expected)}: ${pair.shared.length} shared, ${pair.own.length} own`);
    expect(pair.shared.map(roundOf)).toEqual(pair.expected);
    expect(pair.shared.map(bare)).toEqual(pair.own.map(bare));
    expect(JSON.stringify(pair.shared.map(bare))).toBe(JSON.stringify(pair.own.map(bare)));
  }
}

const deliveries = async (): Promise<Record<string, number>> => {
  const { body } = await server.server.platform.container.get(metricsRef).render();
  return Object.fromEntries([...body.matchAll(/^polity_stream_deliveries_total\{execution="(\w+)"\} (\d+)$/gm)].map(([, name, count]) => [String(name), Number(count)]));
};

test('subscribers get the events and fields that one execution for each gives, whatever their documents, rights and changes of rights', async () => {
  const before = await deliveries();
  await fc.assert(fc.asyncProperty(fc.gen(), async (g) => {
    const running: (() => void)[] = [];
    const pick = <Value>(values: readonly Value[]): Value => values[g(fc.nat, values.length - 1)] as Value;
    for (const person of people) {
      for (const spaceId of SPACES) if (person.grants.has(spaceId) !== g(fc.boolean)) await (person.grants.has(spaceId) ? take(person, spaceId) : give(person, spaceId));
      // Whoever reads nothing cannot subscribe.
      if (person.grants.size === 0) await give(person, pick(SPACES));
    }
    await hasHeard(server.database);
    const after = await endOfAuditLog(server.admin);
    const documents = Array.from({ length: 3 }, () => g(() => fc.subarray(FIELDS, { minLength: 1, maxLength: 6 })).filter((field, _, all) => !field.startsWith('actor') || all.find((other) => other.startsWith('actor')) === field));
    const pairs = people.flatMap((person) => documents.map((fields) => follow(person, fields, { after, more: g(fc.boolean) }, running, [])));
    const history: { readonly spaceId: string; readonly round: number }[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      for (let count = 0; count < 4; count += 1) {
        const spaceId = pick(SPACES);
        await emit(spaceId, pairs);
        history.push({ spaceId, round });
        if (count === 0) await assertEqual(pairs);
      }
      await assertEqual(pairs);
      const person = pick(people);
      const spaceId = pick(SPACES);
      if (!person.grants.has(spaceId)) await give(person, spaceId);
      else if (person.grants.size > 1) await take(person, spaceId);
      // A change reaches streams within a second, not at once: who comes now must come after it.
      await hasHeard(server.database);
      // Others come later, and get what they may see of the past.
      const late = pick(people);
      pairs.push(follow(late, pick(documents), { after, more: g(fc.boolean) }, running, history.filter((event) => late.grants.has(event.spaceId)).map((event) => event.round)));
    }
    await assertEqual(pairs);
    for (const stop of running) stop();
  }), { numRuns: 6, endOnFailure: true });
  const now = await deliveries();
  // The property is worth something only when both happen often.
  for (const execution of ['shared', 'own']) expect((now[execution] ?? 0) - (before[execution] ?? 0)).toBeGreaterThan(100);
}, 180_000);
