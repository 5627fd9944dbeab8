import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SPACE } from '../decisions/indexed.js';
import { storeWorkload } from '../decisions/store-workload.js';
import { makeWorkload } from '../decisions/workload.js';
import { Api } from '../support/api.js';
import { startCluster } from '../support/cluster.js';
import { loadText } from '../support/machine.js';
import { prepareDatabase, productionSettings, signInAdmin, startServer } from '../support/polity.js';
import { say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { percentile } from '../support/statistics.js';

/** Members that hold one more Role, at the root of the tree. */
const AUDIENCE = 25_000;
const PAGE = 100;
const LARGEST_PAGE = 200;
const WARM_UP = 700;
const FIRST_PAGES = 300;
const WALKS = 5;
const READ_MS = 120_000;

const LIST_ACTORS = `query ($input: ListActorsInput!, $first: Int!, $after: String) {
  list: listActors(input: $input, first: $first, after: $after) { edges { node { userMemberId } } pageInfo { hasNextPage endCursor } } }`;
const CHECK = 'query ($input: CheckInput!) { check(input: $input) { decision } }';
const LIST_RESOURCES = `query ($input: ListResourcesInput!, $first: Int!, $after: String) {
  list: listResources(input: $input, first: $first, after: $after) { edges { node { resourceId } } pageInfo { hasNextPage endCursor } } }`;

interface Page {
  readonly list: { readonly edges: readonly unknown[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
}

/** Pages of list questions over HTTP at 1,000,000 grants, each in the audit log before it is answered. */
export const lists: Bench = {
  name: 'lists',
  title: 'listActors and listResources over HTTP at 1,000,000 grants',
  async run() {
    const workload = makeWorkload('L');
    const cluster = await startCluster();
    const settings = productionSettings(cluster.database);
    await prepareDatabase(settings);
    await storeWorkload(cluster.database.owner, workload);
    await storeAudience(cluster.database.owner);
    const server = await startServer(settings);
    try {
      const backend = await machineOf(await signInAdmin(server.url));
      // The target is named by its type and Group: the workload writes no history that a stored one would be read from.
      const actors = (n: number): object =>
        ({ spaceId: SPACE, resourceType: `type${n % 50}`, resourceId: 'res_bench', resource: { spaceId: SPACE, groupId: `group_s${workload.scopes - 1 - n}` }, action: 'act0' });
      const audience = actors(0);
      // Members of the audience reach everything below the root.
      const resources = (n: number): object =>
        ({ actor: { userId: `user_u${4 * n}`, memberId: `member_u${4 * n}`, userMemberId: `um_u${4 * n}`, spaceId: SPACE }, resourceType: `type${n % 50}`, action: 'act0' });
      const question = (n: number): object => ({ ...resources(n), resourceId: 'res_bench', resource: { spaceId: SPACE, groupId: `group_s${n}` } });
      await whenRead(backend, audience);
      const first = { actors: await firstPages(backend, LIST_ACTORS, actors), resources: await firstPages(backend, LIST_RESOURCES, resources) };
      const checks = await timesOf(async (n) => void (await backend.data(CHECK, { input: question(n) })));
      const whole: number[] = [];
      for (let walk = 0; walk < WALKS; walk += 1) whole.push(await walkAll(backend, audience));
      sayTable(['', 'p50 ms', 'p99 ms', 'worst ms'], [
        row('one check, for comparison', checks),
        row(`first ${PAGE} of listActors`, first.actors), row(`first ${PAGE} of listResources`, first.resources), row(`all ${AUDIENCE.toLocaleString('en')} actors, ${LARGEST_PAGE} a page`, whole),
      ]);
      say(`  load average ${loadText()}`);
      const atMost = (name: string, times: readonly number[], most: number): Verdict => ({ name: `lists: ${name}`, measured: percentile(times, 0.5), most, unit: 'ms' });
      return [atMost('first page of listActors', first.actors, 5), atMost('first page of listResources', first.resources, 5), atMost('25,000 actors', whole, 1_000)];
    } finally {
      await server.stop();
      await cluster.stop();
    }
  },
};

/** One Role for `act0` on every type, assigned at the root to every fourth Member. */
async function storeAudience(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(`INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_audience', $1, 'audience', 'Audience')`, [SPACE]);
    await client.query(`INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id)
      SELECT 'rp_audience_' || n, $1, 'role_audience', 'perm_' || n FROM generate_series(0, 399, 8) n`, [SPACE]);
    await client.query(`INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id)
      SELECT 'mr_audience_' || n, $1, 'member_u' || 4 * n, 'role_audience', 'group_s0' FROM generate_series(0, $2::int - 1) n`, [SPACE, AUDIENCE]);
  } finally {
    await client.end();
  }
}

async function machineOf(admin: Api): Promise<Api> {
  const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: 'lists', level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] }, 'secret');
  return new Api(admin.url, { 'x-polity-api-key': secret });
}

/** Waits until the server has read the Space, which it does when it is asked first. */
async function whenRead(backend: Api, input: object): Promise<void> {
  for (const end = performance.now() + READ_MS; performance.now() < end; await sleep(1_000)) {
    const { errors } = await backend.send(LIST_ACTORS, { input, first: 1 });
    if (errors === undefined) return;
  }
  throw new Error('the Space was not read');
}

/** Times of first pages, each about something else. */
function firstPages(backend: Api, query: string, inputOf: (n: number) => object): Promise<number[]> {
  return timesOf(async (n) => {
    const { list } = await backend.data<Page>(query, { input: inputOf(n), first: PAGE });
    if (list.edges.length !== PAGE) throw new Error(`a first page has ${list.edges.length} rows`);
  });
}

/** Times of requests one after the other, without those of a cold start. */
async function timesOf(ask: (n: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + FIRST_PAGES; n += 1) {
    const began = performance.now();
    await ask(n);
    if (n >= WARM_UP) times.push(performance.now() - began);
  }
  return times;
}

async function walkAll(backend: Api, input: object): Promise<number> {
  const began = performance.now();
  let rows = 0;
  for (let after: string | null = null; ;) {
    const { list }: Page = await backend.data<Page>(LIST_ACTORS, { input, first: LARGEST_PAGE, after });
    rows += list.edges.length;
    if (!list.pageInfo.hasNextPage) break;
    after = list.pageInfo.endCursor;
  }
  if (rows < AUDIENCE) throw new Error(`${rows} actors instead of ${AUDIENCE}`);
  return performance.now() - began;
}

function row(name: string, times: readonly number[]): string[] {
  return [name, percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1), Math.max(...times).toFixed(1)];
}
