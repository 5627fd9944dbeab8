import { randomBytes } from 'node:crypto';
import type { PolityServer } from '../../src/boot/polity-server.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { tellStory, type SendMutation, type ToldStory } from './every-mutation.js';
import { GraphqlCaller } from './graphql-caller.js';
import { signInAt } from './server-process.js';
import { startOn, testEnvironment } from './server.js';

/** Who signs in to the story's server as super admin. */
export const STORY_ADMIN = { email: 'root@example.com', password: 'a long enough password' };

/** A server on which the story can be told, and was. */
export interface StoryServer {
  readonly server: PolityServer;
  readonly database: TestDatabase;
  readonly admin: GraphqlCaller;
  readonly anonymous: GraphqlCaller;
  /** Tells the story of all mutations. */
  tell(): Promise<ToldStory>;
  stop(): Promise<void>;
}

/**
 * Starts a server with everything switched on that mutations need. Its first admin is made by `bootstrapSuperAdmin`, which `send` is
 * given as well.
 */
export async function startStoryServer(send: SendMutation, prepare: (database: TestDatabase) => Promise<void> = async () => undefined): Promise<StoryServer> {
  const issuer = 'https://issuer.example.com';
  const token = randomBytes(24).toString('hex');
  const database = await createTestDatabase();
  await prepare(database);
  const environment = testEnvironment(database, {
    POLITY_OIDC_ISSUERS: JSON.stringify([{ issuer, audience: 'polity', algorithms: ['EdDSA'], jwksUri: `${issuer}/jwks` }]),
    POLITY_SIGN_IN_MAX_FAILURES: '3', POLITY_SESSION_MAX_CONCURRENT: '3', POLITY_TRUSTED_PROXIES: '127.0.0.1', POLITY_SPACE_DELETION_WAIT_S: '0',
  });
  // Registration has one mode at a time.
  const empty = await startOn({ ...environment, POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_BOOTSTRAP_TOKEN: token });
  await send(new GraphqlCaller(empty.url), 'bootstrapSuperAdmin', { token, ...STORY_ADMIN });
  await empty.stop();
  const server = await startOn({ ...environment, POLITY_REGISTRATION_MODE: 'token', POLITY_REGISTRATION_TOKEN: token });
  const anonymous = new GraphqlCaller(server.url);
  const admin = await signInAt(server.url, STORY_ADMIN);
  return {
    server, database, admin, anonymous,
    tell: () => tellStory({ admin, anonymous, registrationToken: token, issuer, send }),
    async stop() {
      await server.stop();
      await database.drop();
    },
  };
}
