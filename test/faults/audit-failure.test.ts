import { Client } from 'pg';
import { builtInSchema } from '../../src/boot/built-in-schema.js';
import { spacePurgeRef } from '../../src/system/identity/services/purge/space-purge.js';
import { systemContext } from '../../src/system/shared/contracts/index.js';
import { changedTables, digestOf } from '../support/database-digest.js';
import { selectionOf, type SendMutation, type ToldStory } from '../support/every-mutation.js';
import type { GraphqlAnswer, GraphqlCaller } from '../support/graphql-caller.js';
import { readLog } from '../support/read-log.js';
import { startStoryServer, type StoryServer } from '../support/story-server.js';
import { createBackend } from './support/small-world.js';

/** Request ids whose events the database refuses: for a reason of its own, and because the disk is full. */
const BROKEN = 'fault-broken-';
const FULL = 'fault-full-';

const REFUSE_MARKED = `
  CREATE FUNCTION public.refuse_marked() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.request_id LIKE '${BROKEN}%' THEN RAISE EXCEPTION 'no event of this request is taken'; END IF;
    IF NEW.request_id LIKE '${FULL}%' THEN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER refuse_marked BEFORE INSERT ON sys_audit.event FOR EACH ROW EXECUTE FUNCTION public.refuse_marked()`;

/** What a mutation answered and changed when its event was refused. */
interface Failure {
  readonly field: string;
  readonly answer: GraphqlAnswer<Record<string, unknown>>;
  readonly changed: readonly string[];
}

describe('a server whose audit events are refused by the database', () => {
  const failures: Failure[] = [];
  let stage: StoryServer;
  let owner: Client;
  let admin: GraphqlCaller;
  let story: ToldStory;

  /** Sends each mutation twice: first its event is refused, then it is taken. */
  const failThenSend: SendMutation = async (caller, field, input) => {
    const selection = await selectionOf(field);
    failures.push(await fail(caller, field, input, selection));
    return caller.mutate(field, input, selection);
  };

  beforeAll(async () => {
    stage = await startStoryServer(failThenSend, async ({ ownerUrl }) => {
      owner = new Client({ connectionString: ownerUrl });
      await owner.connect();
      await owner.query(REFUSE_MARKED);
    });
    ({ admin } = stage);
    story = await stage.tell();
  }, 60_000);

  afterAll(async () => {
    await owner.end();
    await stage.stop();
  });

  it('rolls every mutation of the schema back', async () => {
    const mutations = Object.keys((await builtInSchema()).raw.getMutationType()?.getFields() ?? {});
    expect(mutations.filter((name) => !failures.some(({ field }) => field === name))).toEqual([]);
    expect(failures.filter(({ changed }) => changed.length > 0).map(({ field, changed }) => [field, changed])).toEqual([]);
  });

  it('answers with a closed code and nothing of the inside', () => {
    const error = { message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } };
    for (const { field, answer } of failures) expect([field, answer]).toEqual([field, expect.objectContaining({ data: { [field]: null }, errors: [expect.objectContaining(error)] })]);
  });

  it('leaves no event of the refused requests', async () => {
    const { events } = await readLog(admin);
    expect(events.filter(({ requestId }) => requestId?.startsWith('fault-'))).toEqual([]);
  });

  it('says that it may be tried again when there is no room for the event', async () => {
    const before = await digestOf(owner);
    const answer = await admin.send('mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } } }', { input: { name: 'No room' } }, { 'x-request-id': `${FULL}1` });
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    expect(changedTables(before, await digestOf(owner))).toEqual([]);
  });

  it('rolls back while the role of the server may not insert, and goes on when it may again', async () => {
    const create = (): Promise<GraphqlAnswer<{ createSpace: { space: object | null } | null }>> =>
      admin.send('mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } } }', { input: { name: 'Without log', slug: 'without-log' } });
    await owner.query('REVOKE INSERT ON sys_audit.event FROM polity_app');
    const before = await digestOf(owner);
    expect(await create()).toMatchObject({ data: { createSpace: null }, errors: [{ extensions: { code: 'INTERNAL_ERROR' } }] });
    expect(changedTables(before, await digestOf(owner))).toEqual([]);
    await owner.query('GRANT INSERT ON sys_audit.event TO polity_app');
    expect((await create()).data?.createSpace?.space).not.toBeNull();
  });

  it('gives no decision that is not in the log, and fails no other one with it', async () => {
    const { caller: backend } = await createBackend(admin);
    const { actor, resourceType, resourceId } = story;
    const check = (requestId: string): Promise<GraphqlAnswer<{ check: { decision: string; auditEventId: string } | null }>> => backend.send(
      'query ($input: CheckInput!) { check(input: $input) { decision auditEventId } }', { input: { actor, resourceType, resourceId, action: 'destroy' } }, { 'x-request-id': requestId });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => check(`${index % 5 === 0 ? BROKEN : 'good-'}check-${index}`)));
    expect(answers.map(({ data, errors }) => errors?.map(({ extensions }) => extensions.code) ?? data?.check?.decision))
      .toEqual(answers.map((_, index) => (index % 5 === 0 ? ['INTERNAL_ERROR'] : 'DENY')));
    const { events } = await readLog(admin);
    const logged = answers.flatMap(({ data }) => (data?.check == null ? [] : [data.check.auditEventId]));
    expect(events.filter(({ id }) => logged.includes(id))).toHaveLength(16);
  });

  it('answers nothing of an operation whose denial it cannot record', async () => {
    const { accessToken } = await stage.anonymous.mutate<{ accessToken: string }>('signIn', { email: story.person.email, password: story.person.password }, 'accessToken');
    const person = stage.anonymous.with({ authorization: `Bearer ${accessToken}` });
    const ask = (requestId: string): Promise<GraphqlAnswer<unknown>> => person.send('{ me { user { id } } users(first: 1) { edges { node { id } } } }', {}, { 'x-request-id': requestId });
    expect(await ask('good-denial')).toMatchObject({ data: { me: { user: { id: story.person.userId } }, users: null }, errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
    const refused = await ask(`${BROKEN}denial`);
    expect(refused).toMatchObject({ status: 500, errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } }] });
    expect(refused.data ?? null).toBeNull();
  });

  it('removes nothing of a Space when the outbox refuses to tell of it', async () => {
    const { container } = stage.server.platform;
    const sweep = (): Promise<readonly string[]> => container.get(spacePurgeRef).sweep(systemContext(container.process, Date.now()));
    await sweep();
    const { spaceId } = story;
    await admin.mutate('deleteSpace', { id: spaceId }, 'space { id }');
    await owner.query(`
      CREATE FUNCTION public.refuse_outbox() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the outbox is closed'; END $$;
      CREATE TRIGGER refuse_outbox BEFORE INSERT ON sys_kernel.outbox_event FOR EACH ROW WHEN (NEW.type = 'identity.space_deleted') EXECUTE FUNCTION public.refuse_outbox()`);
    const before = await digestOf(owner);
    await expect(sweep()).rejects.toThrow('could not be removed');
    expect(changedTables(before, await digestOf(owner))).toEqual([]);
    const space = 'query ($id: ID!) { space(id: $id) { status } groups(spaceId: $id) { totalCount } }';
    expect(await admin.data(space, { id: spaceId })).toMatchObject({ space: { status: 'DELETING' }, groups: { totalCount: 2 } });

    await owner.query('DROP TRIGGER refuse_outbox ON sys_kernel.outbox_event');
    expect(await sweep()).toEqual([spaceId]);
    expect((await admin.data<{ space: object | null }>('query ($id: ID!) { space(id: $id) { status } }', { id: spaceId })).space).toBeNull();
    const { events } = await readLog(admin);
    expect(events.filter(({ type, targetId }) => type === 'space.deleted' && targetId === spaceId)).toHaveLength(1);
  });

  async function fail(caller: GraphqlCaller, field: string, input: object, selection: string): Promise<Failure> {
    const type = String((await builtInSchema()).raw.getMutationType()?.getFields()[field]?.args[0]?.type);
    const before = await digestOf(owner);
    const answer = await caller.send<Record<string, unknown>>(
      `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} errors { code message path } } }`, { input }, { 'x-request-id': `${BROKEN}${failures.length}` });
    return { field, answer, changed: changedTables(before, await digestOf(owner)) };
  }
});
