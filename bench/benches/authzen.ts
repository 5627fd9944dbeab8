import type { Api } from '../support/api.js';
import { startLoadClient, targetAt, type LoadClient } from '../support/load-client.js';
import { loadText } from '../support/machine.js';
import { measureRound, medianOf, type Round } from '../support/measure.js';
import { startPeer } from '../support/peer.js';
import { figure, say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { openSetting } from '../support/setting.js';
import type { World } from '../support/world.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = [1, 64];
const PEOPLE = 1_000;
const PATH = '/access/v1/evaluation';

/** Bars of design §12, as what the constant server may do for each of ours. */
const MOST_AUDITED = 1 / 0.2;
const MOST_COUNTED = 1 / 0.6;

interface Contender {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  readonly contains: string;
}

/** AuthZEN evaluations with an API key, beside a server that answers every body with one constant. */
export const authzen: Bench = {
  name: 'authzen',
  title: 'AuthZEN evaluation over HTTP, audited and counted, beside a constant JSON answer to a POST',
  async run() {
    const setting = await openSetting();
    const peer = await startPeer('constant-json.ts', {});
    const client = startLoadClient();
    const { server, cluster, world, admin } = setting;
    try {
      await addPeople(admin, world);
      const headers = { authorization: `Bearer ${world.apiKey}` };
      const ours = { url: server.url, pid: server.pid, headers, contains: '"decision":true' };
      const contenders: Contender[] = [
        { ...ours, name: 'constant JSON', url: peer.url, pid: peer.pid, bodies: questions(world, 'approve') },
        { ...ours, name: 'audited', bodies: questions(world, 'approve'), contains: '"audit_event_id"' },
        { ...ours, name: 'counted', bodies: questions(world, 'view') },
      ];
      await assertGuarded(server.url, contenders[1] as Contender);
      for (const contender of contenders) await client.run(jobOf(contender, 64, 4));
      const rounds = new Map(contenders.map(({ name }) => [name, new Map<number, Round[]>(CONNECTIONS.map((connections) => [connections, []]))]));
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const connections of CONNECTIONS) {
          for (const contender of contenders) {
            rounds.get(contender.name)?.get(connections)?.push(await measureRound(client, jobOf(contender, connections, SECONDS), contender.pid, cluster.postmaster));
          }
        }
      }
      return report(rounds);
    } finally {
      await stopAll(client, peer, setting);
    }
  },
};

function jobOf({ url, headers, bodies, contains }: Contender, connections: number, seconds: number) {
  return { kind: 'load', target: targetAt(url, PATH, headers), bodies, connections, seconds, contains } as const;
}

function report(rounds: ReadonlyMap<string, ReadonlyMap<number, readonly Round[]>>): readonly Verdict[] {
  const medians = new Map([...rounds].map(([name, byConnections]) => [name, new Map([...byConnections].map(([connections, measured]) => [connections, medianOf(measured)]))]));
  const constant = medians.get('constant JSON');
  const ratio = (name: string, connections: number): number => (medians.get(name)?.get(connections)?.requestsPerSecond ?? NaN) / (constant?.get(connections)?.requestsPerSecond ?? NaN);
  const rows = [...medians].flatMap(([name, byConnections]) => [...byConnections].map(([connections, { requestsPerSecond, serverCpu, databaseCpu, clientCpu, p50, p95, p99 }]) =>
    [`${name} c=${connections}`, requestsPerSecond, serverCpu.toFixed(4), databaseCpu.toFixed(4), clientCpu.toFixed(4), p50, p95, p99, figure(ratio(name, connections))]));
  sayTable([`median of ${ROUNDS} rounds`, 'req/s', 'server CPU ms', 'database CPU ms', 'client CPU ms', 'p50 ms', 'p95 ms', 'p99 ms', 'ratio'], rows);
  say(`  load average ${loadText()}`);
  return [
    { name: 'constant answers for each durable evaluation, c=64', measured: 1 / ratio('audited', 64), most: MOST_AUDITED, unit: '×' },
    { name: 'constant answers for each counted evaluation, c=64', measured: 1 / ratio('counted', 64), most: MOST_COUNTED, unit: '×' },
  ];
}

/** People of the Space, each with a User, a binding and the Role that approves, and an action whose allows are counted. */
async function addPeople(admin: Api, { spaceId, groupId, roleId }: World): Promise<void> {
  const numbers = Array.from({ length: PEOPLE }, (_, index) => String(index).padStart(4, '0'));
  const facts = [
    ...numbers.map((number) => ({ kind: 'user', id: `user_authzen-${number}`, email: `authzen-${number}@example.com` })),
    ...numbers.map((number) => ({ kind: 'member', id: `member_authzen-${number}`, displayName: `Person ${number}`, externalId: `az-${number}` })),
    ...numbers.map((number) => ({ kind: 'user_member', id: `um_authzen-${number}`, userId: `user_authzen-${number}`, memberId: `member_authzen-${number}`, isPrimary: true })),
    ...numbers.map((number) => ({ kind: 'member_role', memberId: `member_authzen-${number}`, roleId, scopeAnchorGroupId: groupId })),
  ];
  await admin.mutate('importFacts', { spaceId, jsonl: facts.map((fact) => JSON.stringify(fact)).join('\n') }, 'created');
  await admin.make('createResourceAction', 'resourceAction', { resourceType: 'invoice', key: 'view', displayName: 'View', auditDefault: false });
  const permissionId = await admin.make('createPermission', 'permission', { resourceType: 'invoice', action: 'view', scope: 'GROUP_TREE' });
  await admin.make('createRolePermission', 'rolePermission', { roleId, permissionId });
}

function questions({ resourceIds }: World, action: string): string[] {
  return Array.from({ length: PEOPLE * 4 }, (_, index) => JSON.stringify({
    subject: { type: 'user', id: `az-${String((index * 37) % PEOPLE).padStart(4, '0')}` },
    action: { name: action },
    resource: { type: 'invoice', id: resourceIds[(index * 13) % resourceIds.length] },
  }));
}

async function assertGuarded(url: string, { bodies }: Contender): Promise<void> {
  const { status } = await fetch(`${url}${PATH}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: bodies[0] });
  if (status !== 401) throw new Error(`an anonymous caller got ${status}`);
}

async function stopAll(client: LoadClient, ...others: readonly { stop(): Promise<void> }[]): Promise<void> {
  await client.stop();
  for (const other of others) await other.stop();
}
