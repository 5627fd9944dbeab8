import { randomBytes } from 'node:crypto';
import { startPolity, type PolityServer } from '../../src/boot/polity-server.js';
import type { PlanUse } from '../../src/transport/index.js';
import type { SchemaFragment } from '../../src/graphql/index.js';
import { loadSettings } from '../../src/config/index.js';
import { createLogger, type Logger } from '../../src/observability/index.js';
import { firstAdminsRef } from '../../src/system/admin/index.js';
import { revisionFeedRef, systemContext } from '../../src/system/shared/contracts/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { GraphqlCaller } from './graphql-caller.js';

const ADMIN = { email: 'root@example.com', password: 'a long enough password' };

/** A real server on a database of its own, reached over loopback. */
export interface TestServer {
  readonly url: string;
  readonly server: PolityServer;
  readonly database: TestDatabase;
  /** Settings that another server on the same database needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Super admin, signed in. */
  readonly admin: GraphqlCaller;
  readonly adminUserId: string;
  readonly anonymous: GraphqlCaller;
  /** Signs a User in and gives the caller. */
  signIn(email: string, password: string): Promise<GraphqlCaller>;
  stop(): Promise<void>;
}

/** What a test may set apart. */
export interface TestServerOptions {
  /** More settings, such as `NODE_ENV: 'production'`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes the log lines; silent when absent. */
  readonly log?: (line: string) => void;
  /** Parts of the schema that only this test has. */
  readonly fragments?: readonly SchemaFragment[];
}

/** Settings of a server on a test database. Every decision from memory is made again from the database: a difference would be denied. Every denial is an event. */
export function testEnvironment(database: TestDatabase, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl,
    POLITY_MASTER_KEY: randomBytes(32).toString('base64'), POLITY_SELF_CHECK_ONE_IN: '1', POLITY_DENIAL_WINDOW_S: '0',
    // Tests ask as fast as they can, all from one address.
    POLITY_RATE_CALLER: '1000000000', POLITY_RATE_SPACE: '1000000000', POLITY_RATE_ANONYMOUS: '1000000000', ...more,
  };
}

const running = new Map<string, PolityServer>();

/** Resolves when the server on a database has heard of all that was committed there, also of what did not come through it. */
export async function hasHeard({ ownerUrl }: Pick<TestDatabase, 'ownerUrl'>): Promise<void> {
  await running.get(ownerUrl)?.platform.container.get(revisionFeedRef).catchUp();
}

/** Starts a server on a fresh database, with a super admin who is signed in. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const environment = testEnvironment(database, options.environment);
  const server = await startOn(environment, options.log, options.fragments);
  running.set(database.ownerUrl, server);
  const { container } = server.platform;
  const made = await container.get(firstAdminsRef).bootstrap(systemContext(container.process, Date.now()), { ...ADMIN, ifExists: 'error' });
  if (made.userId === undefined) throw new Error(`no super admin: ${JSON.stringify(made.errors)}`);
  const anonymous = new GraphqlCaller(server.url);
  const signIn = async (email: string, password: string): Promise<GraphqlCaller> => {
    const { signIn: answer } = await anonymous.data<{ signIn: { accessToken: string | null; errors: unknown[] } }>(
      'mutation ($email: String!, $password: String!) { signIn(input: { email: $email, password: $password }) { accessToken errors { code message } } }', { email, password });
    if (answer.accessToken === null) throw new Error(`not signed in: ${JSON.stringify(answer.errors)}`);
    return anonymous.with({ authorization: `Bearer ${answer.accessToken}` });
  };
  return {
    url: server.url, server, database, environment, anonymous, signIn,
    admin: await signIn(ADMIN.email, ADMIN.password),
    adminUserId: made.userId,
    async stop() {
      running.delete(database.ownerUrl);
      await server.stop();
      await database.drop();
    },
  };
}

/**
 * Starts a server with the given settings; a second one on the database of another test server, for example. How it uses plans is said by
 * the project of the test run, which runs GraphQL cases with plans and without.
 */
export async function startOn(
  environment: Readonly<Record<string, string>>,
  log?: (line: string) => void,
  fragments: readonly SchemaFragment[] = [],
  planUse: PlanUse = (globalThis as { readonly polityPlanUse?: PlanUse }).polityPlanUse ?? 'second',
): Promise<PolityServer> {
  const settings = loadSettings(environment);
  return startPolity(settings, { logger: collect(settings, log), fragments, planUse });
}

function collect(settings: Parameters<typeof createLogger>[0], log: ((line: string) => void) | undefined): Logger {
  return createLogger(settings, { write: (line: string) => log?.(line) } as never);
}
