import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { builtInSchema } from '../../src/boot/built-in-schema.js';
import { openModels } from '../../src/cli/model/open-models.js';
import { runRecorded } from '../../src/cli/testing/recorded-io.js';
import { demoSetupRef, trustedDocumentsRef } from '../../src/system/admin/index.js';
import { factIndexesRef } from '../../src/system/authorization/fact-index/fact-indexes.js';
import { modelOfText } from '../../src/system/authorization/model/index.js';
import { allowCountsRef } from '../../src/system/authorization/services/allow-counts.js';
import { credentialHousekeepingRef } from '../../src/system/identity/services/credentials/housekeeping.js';
import { spacePurgeRef } from '../../src/system/identity/services/purge/space-purge.js';
import { systemContext } from '../../src/system/shared/contracts/index.js';
import { AUDIT_EVENTS_EXTENSION } from '../../src/system/shared/resolvers/index.js';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';
import { selectionOf, type SendMutation, type ToldStory } from '../support/every-mutation.js';
import type { GraphqlCaller } from '../support/graphql-caller.js';
import { readLog, type LoggedEvent } from '../support/read-log.js';
import { signInAt } from '../support/server-process.js';
import { startOn, testEnvironment } from '../support/server.js';
import { startStoryServer, STORY_ADMIN, type StoryServer } from '../support/story-server.js';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }';
const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';

describe('the audit log of a running server', () => {
  let stage: StoryServer;
  let admin: GraphqlCaller;
  let anonymous: GraphqlCaller;
  let story: ToldStory;
  let events: LoggedEvent[];
  /** Request id of each mutation that was sent → its field. */
  const sent = new Map<string, string>();

  /** The caller for one mutation, whose events are found again by its request id. */
  const noted = (caller: GraphqlCaller, field: string): GraphqlCaller => {
    const requestId = `story-${sent.size}`;
    sent.set(requestId, field);
    return caller.with({ 'x-request-id': requestId });
  };
  const send: SendMutation = async (caller, field, input) => noted(caller, field).mutate(field, input, await selectionOf(field));

  beforeAll(async () => {
    stage = await startStoryServer(send);
    ({ admin, anonymous } = stage);
    story = await stage.tell();
    await doWhatIsSeldom();
    await decide();
    await exchangeRules();
    await registerDocuments();
    await letTimePass();
    await readLog(admin);
    events = (await readLog(admin)).events;
  }, 60_000);

  afterAll(() => stage.stop());

  it('is written by every mutation of the schema', async () => {
    const mutations = Object.keys((await builtInSchema()).raw.getMutationType()?.getFields() ?? {});
    expect(mutations.filter((field) => ![...sent.values()].includes(field))).toEqual([]);
    const written = new Set(events.map(({ requestId }) => requestId));
    expect([...sent].filter(([requestId]) => !written.has(requestId))).toEqual([]);
  });

  it('gets from a mutation what the schema says, and nothing else', async () => {
    const seen = new Map<string, Set<string>>();
    for (const { requestId, type } of events) {
      const field = sent.get(requestId ?? '');
      if (field !== undefined) seen.set(field, (seen.get(field) ?? new Set()).add(type));
    }
    for (const [field, { extensions }] of Object.entries((await builtInSchema()).raw.getMutationType()?.getFields() ?? {})) {
      expect([field, seen.get(field)]).toEqual([field, new Set(extensions[AUDIT_EVENTS_EXTENSION] as string[])]);
    }
  });

  it('gets events of registered types only: every mutation names some of them', async () => {
    const registered = await registeredTypes();
    for (const [field, { extensions }] of Object.entries((await builtInSchema()).raw.getMutationType()?.getFields() ?? {})) {
      const named = extensions[AUDIT_EVENTS_EXTENSION] as string[] | undefined;
      expect([field, named]).toEqual([field, expect.arrayContaining([expect.any(String)])]);
      expect([field, named?.filter((type) => !registered.includes(type))]).toEqual([field, []]);
    }
  });

  it('holds each type of auditEventTypes at least once, and no other', async () => {
    const found = new Set([...events.map(({ type }) => type), ...(await demoTypes()), ...(await backupTypes())]);
    const registered = await registeredTypes();
    expect(registered.filter((type) => !found.has(type))).toEqual([]);
    expect([...found].filter((type) => !registered.includes(type))).toEqual([]);
  });

  describe('is append-only', () => {
    const statements = ["UPDATE sys_audit.event SET type = 'forged'", 'DELETE FROM sys_audit.event', 'TRUNCATE sys_audit.event', 'DELETE FROM sys_audit.batch', 'TRUNCATE sys_audit.batch', 'UPDATE sys_audit.batch SET count = count'];
    let owner: Client;
    let app: Client;
    beforeAll(async () => {
      owner = new Client({ connectionString: stage.database.ownerUrl });
      app = new Client({ connectionString: stage.database.appUrl });
      await Promise.all([owner.connect(), app.connect()]);
    });
    afterAll(() => Promise.all([owner.end(), app.end()]));

    it.each(statements)('for the server: %s', async (statement) => {
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501', message: expect.stringContaining('permission denied') });
    });

    it.each(statements)('for the owner: %s', async (statement) => {
      await expect(owner.query(statement)).rejects.toMatchObject({ code: '42501', message: expect.stringContaining('append-only') });
    });

    it('also in each of its partitions, those of later months among them', async () => {
      await owner.query('SELECT sys_audit.ensure_partitions(15)');
      const { rows } = await owner.query<{ name: string }>("SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'sys_audit.event'::regclass");
      expect(rows.length).toBeGreaterThan(15);
      for (const { name } of rows) {
        await expect(owner.query(`TRUNCATE ${name}`)).rejects.toMatchObject({ message: expect.stringContaining('append-only') });
        await expect(app.query(`DELETE FROM ${name}`)).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
      }
    });
  });

  async function registeredTypes(): Promise<string[]> {
    const { auditEventTypes } = await admin.data<{ auditEventTypes: { key: string }[] }>('{ auditEventTypes { key } }');
    return auditEventTypes.map(({ key }) => key);
  }

  /** What mutations do beside the straight way: mistakes, and what ends when something else changes. */
  async function doWhatIsSeldom(): Promise<void> {
    const { userId, email, password } = story.person;
    const signIn = (): Promise<{ accessToken: string; refreshToken: string }> => send(anonymous, 'signIn', { email, password }) as Promise<never>;
    // One more session than a User may have ends the oldest.
    for (let sessions = 0; sessions < 4; sessions++) await signIn();
    const { token } = await send(admin, 'createRecoveryLink', { userId });
    await send(admin, 'createRecoveryLink', { userId });
    await send(anonymous, 'redeemRecoveryLink', { token, newPassword: password });

    await signIn();
    const person = anonymous.with({ authorization: `Bearer ${(await signIn()).accessToken}` });
    await person.send('{ users(first: 1) { edges { node { id } } } }');
    await send(admin, 'createRecoveryLink', { userId });
    await noted(person, 'changePassword').tryMutate('changePassword', { currentPassword: 'not this one', newPassword: 'another long password' }, 'endedSessions');
    await send(person, 'changePassword', { currentPassword: password, newPassword: `${password}!` });
    await send(person, 'changePassword', { currentPassword: `${password}!`, newPassword: password });

    // From an address of their own, which is locked with the name.
    const guesser = anonymous.with({ 'x-forwarded-for': '192.0.2.9' });
    for (let tries = 0; tries < 3; tries++) await noted(guesser, 'signIn').send(SIGN_IN, { input: { email: 'guess@example.com', password: 'wrong' } });
    const { refreshToken } = await signIn();
    await send(anonymous, 'refreshSession', { refreshToken });
    await noted(anonymous, 'refreshSession').send(REFRESH, { input: { refreshToken } }, { 'user-agent': 'somebody else' });
  }

  /** A recorded decision whose trace is read, and one that is only counted. */
  async function decide(): Promise<void> {
    const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: 'asks', level: 'INSTANCE', permissionKeys: ['authz:check', 'roles:read'] }, 'secret');
    const backend = admin.withApiKey(secret);
    const check = 'query ($input: CheckInput!) { check(input: $input) { decision auditEventId } }';
    const { actor, resourceType, resourceId, countedAction } = story;
    const counted = await backend.data<{ check: unknown }>(check, { input: { actor, resourceType, resourceId, action: countedAction } });
    expect(counted.check).toEqual({ decision: 'ALLOW', auditEventId: null });
    const recorded = await backend.data<{ check: { auditEventId: string } }>(check, { input: { actor, resourceType, resourceId, action: 'destroy' } });
    await admin.data('query ($id: ID!) { decisionTrace(auditEventId: $id) { traceId } }', { id: recorded.check.auditEventId });
    await backend.data('query ($input: ListActionsInput!) { listActions(input: $input) { complete } }', { input: { actor, resourceType, resourceId } });
    await admin.data('query ($input: AccessDiffInput!) { accessDiff(input: $input) { complete } }', { input: { spaceId: actor.spaceId, from: { time: '2020-01-01T00:00:00Z' } } });
    const changes = [{ setMemberStatus: { id: actor.memberId, status: 'DISABLED' } }];
    await admin.data('query ($input: SimulateChangeInput!) { simulateChange(input: $input) { lost } }', { input: { spaceId: actor.spaceId, changes } });
    const question = { actor, resourceType, resourceId, action: 'destroy' };
    await backend.data('query ($input: SuggestGrantsInput!) { suggestGrants(input: $input) { found } }', { input: { question } });
    // Memory that is wrong: it takes the User for disabled, the database does not.
    const index = await stage.server.platform.container.get(factIndexesRef).load(actor.spaceId);
    index?.actors.setUser(actor.userId, 'disabled');
    const alarmed = await backend.data<{ check: { decision: string } }>(check, { input: { actor, resourceType, resourceId, action: countedAction } });
    expect(alarmed.check.decision).toBe('DENY');
  }

  /** Rules as a file, out and in again: the command line does it. */
  async function exchangeRules(): Promise<void> {
    const { container } = stage.server.platform;
    const { exporting, importing } = openModels(stage.server.platform);
    const context = systemContext(container.process, Date.now());
    const place = { spaceId: story.spaceId, withData: false };
    const { yaml, sha256 } = await exporting.export(context, place);
    const { changes, kept } = await importing.import(context, { ...place, model: modelOfText('model.yaml', yaml), file: 'model.yaml', sha256, dryRun: false, prune: false });
    expect([changes, kept]).toEqual([[], []]);
  }

  /** Documents that clients may run by their ids: the command line registers them. */
  async function registerDocuments(): Promise<void> {
    const { container } = stage.server.platform;
    const context = systemContext(container.process, Date.now());
    const documents = container.get(trustedDocumentsRef);
    const { registered } = await documents.register(context, [{ id: 'story:typename', name: 'Name of the root', document: '{ __typename }' }]);
    const { removed } = await documents.remove(context, ['story:typename']);
    expect([registered, removed]).toEqual([['story:typename'], ['story:typename']]);
  }

  /** What the server does by the clock. */
  async function letTimePass(): Promise<void> {
    const { container } = stage.server.platform;
    const later = Date.now() + 400 * 86_400_000;
    await container.get(allowCountsRef).flush();
    await container.get(spacePurgeRef).sweep(systemContext(container.process, Date.now()));
    await signInAt(stage.server.url, story.person);
    await container.get(credentialHousekeepingRef).run(later);
    admin = await signInAt(stage.server.url, STORY_ADMIN);
  }

  /** Types that the command line writes: in the log that is backed up, and in the one that is made of the backup. */
  async function backupTypes(): Promise<string[]> {
    const { masterKey } = stage.server.platform.settings.keys;
    const shared = { POLITY_MASTER_KEY: Buffer.from(masterKey?.reveal() ?? []).toString('base64') };
    const root = await mkdtemp(join(tmpdir(), 'polity-backup-events-'));
    const copy = await createEmptyDatabase();
    try {
      const folder = join(root, 'backup');
      const created = await runRecorded(['backup', 'create', '--out', folder], testEnvironment(stage.database, shared));
      const restored = await runRecorded(['backup', 'restore', folder], testEnvironment(copy, shared));
      expect([created.code, restored.code]).toEqual([0, 0]);
      const original = (await readLog(await signInAt(stage.server.url, STORY_ADMIN))).events;
      const server = await startOn(testEnvironment(copy, shared));
      const copied = (await readLog(await signInAt(server.url, STORY_ADMIN))).events;
      await server.stop();
      const ofBackups = (types: readonly LoggedEvent[]): string[] => types.map(({ type }) => type).filter((type) => type.startsWith('backup.'));
      expect([ofBackups(original), ofBackups(copied)]).toEqual([['backup.created'], ['backup.restored']]);
      return [...ofBackups(original), ...ofBackups(copied)];
    } finally {
      await rm(root, { recursive: true });
      await copy.drop();
    }
  }

  /** Types of the life of a demo, which is made on an instance without administrator. */
  async function demoTypes(): Promise<string[]> {
    const other = await createTestDatabase();
    const demoServer = await startOn(testEnvironment(other));
    try {
      const { container } = demoServer.platform;
      const demo = await container.get(demoSetupRef).createDemo(systemContext(container.process, Date.now()));
      const demoAdmin = await signInAt(demoServer.url, demo as { email: string; password: string });
      const { user } = await demoAdmin.mutate<{ user: { id: string } }>('createUser', { email: STORY_ADMIN.email }, 'user { id }');
      const { token } = await demoAdmin.mutate<{ token: string }>('createRecoveryLink', { userId: user.id }, 'token');
      await demoAdmin.mutate('redeemRecoveryLink', { token, newPassword: STORY_ADMIN.password }, 'user { id }');
      await demoAdmin.mutate('createAdminGrant', { userId: user.id, level: 'INSTANCE_SUPER_ADMIN', permissionKey: '*' }, 'adminGrant { id }');
      const removed = await container.get(demoSetupRef).removeDemo(systemContext(container.process, Date.now()));
      expect(removed.errors).toEqual([]);
      return (await readLog(await signInAt(demoServer.url, STORY_ADMIN))).events.map(({ type }) => type);
    } finally {
      await demoServer.stop();
      await other.drop();
    }
  }
});
