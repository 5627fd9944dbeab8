import pg from 'pg';
import { loadSettings, type Environment } from '../../../../../config/index.js';
import { manualClock, type ManualClock } from '../../../../../kernel/clock/index.js';
import { newId } from '../../../../../kernel/ids/index.js';
import { ServiceContainer, type ServiceScope } from '../../../../../kernel/services/index.js';
import { Database, RevisionFeed, sql, type Sql } from '../../../../../persistence/index.js';
import {
  ANONYMOUS, auditLogRef, callerGrantsRef, clockRef, databaseRef, keyringRef, passwordsRef, revisionFeedRef, settingsRef, SYSTEM,
  type AuditEntry, type Caller, type CallerGrant, type RequestContext, type RequestInfo,
} from '../../../../shared/contracts/index.js';
import { Mutations, mutationsRef } from '../../../../shared/services/index.js';
import { fixedSubjectKey } from '../../../../shared/testing/fixed-subject-key.js';
import { identityEntities } from '../../../entities/index.js';
import { registerCredentials } from '../register-credentials.js';
import type { StartedSession } from '../sign-in.js';
import { signInRef } from '../sign-in.js';
import { MemoryKeyring } from './memory-keyring.js';

/** A password that the rules accept. */
export const GOOD_PASSWORD = 'brass lantern river 42';

/** Credentials on a real database, as one node runs them. */
export interface CredentialWorld {
  readonly database: Database;
  readonly services: ServiceScope;
  readonly feed: RevisionFeed;
  readonly clock: ManualClock;
  readonly keyring: MemoryKeyring;
  /** Audit events that are durable, in order. */
  readonly events: (AuditEntry & { readonly by: string })[];
  /** A request at the time of the clock; anonymous when no caller is given. */
  as(caller?: Caller, request?: Partial<RequestInfo>): RequestContext;
  /** Makes an active User with a password. */
  user(id: string, email: string, password?: string): Promise<void>;
  /** Gives a User a right to use the control plane. */
  grant(userId: string, grant: CallerGrant): Promise<void>;
  /** Signs in, or fails the test. */
  signIn(email: string, password?: string, request?: Partial<RequestInfo>): Promise<Required<StartedSession>>;
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  /** Resolves when so many statements wait for a lock of another transaction. */
  waiting(count: number): Promise<void>;
  /** Types of the events since the last call. */
  newEvents(): string[];
  close(): Promise<void>;
}

/** What worlds on one database share. */
export interface Shared {
  readonly clock: ManualClock;
  readonly keyring: MemoryKeyring;
}

/** A clock that stands at a whole second near now, and keys. */
export function sharedParts(): Shared {
  const clock = manualClock(Math.floor(Date.now() / 1000) * 1000);
  return { clock, keyring: new MemoryKeyring(() => clock.now()) };
}

/** Opens one node on a migrated database, under the role of the server. */
export async function openCredentialWorld(appUrl: string, environment: Environment = {}, { clock, keyring } = sharedParts()): Promise<CredentialWorld> {
  const database = Database.open({ url: appUrl, max: 8, applicationName: 'credentials-test', statementTimeoutMs: 60_000, onError: () => undefined, entities: identityEntities });
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: appUrl });
    await client.connect();
    return client;
  };
  const feed = new RevisionFeed({ database, connect, now: () => Date.now(), onError: () => undefined });
  await feed.start();
  const container = new ServiceContainer();
  const provide = container.provide.bind(container, 'test') as <T>(ref: Parameters<typeof container.provide<T>>[1], factory: Parameters<typeof container.provide<T>>[2]) => void;
  const events: CredentialWorld['events'] = [];
  provide(databaseRef, () => database);
  provide(settingsRef, () => loadSettings(environment));
  provide(clockRef, () => clock);
  provide(keyringRef, () => keyring);
  provide(revisionFeedRef, () => feed);
  provide(auditLogRef, () => ({
    record: (transaction, context, entry) => {
      transaction.onCommitted(() => events.push({ ...entry, by: context.caller.key }));
      return newId('audit');
    },
    recordNow: async (context, entries) => entries.map((entry) => {
      events.push({ ...entry, by: context.caller.key });
      return newId('audit');
    }),
  }));
  provide(callerGrantsRef, () => ({ read: async (_executor, caller) => caller.grants }));
  provide(mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => fixedSubjectKey));
  registerCredentials({ provide });

  const services = container.process;
  const world: CredentialWorld = {
    database, services, feed, clock, keyring, events,
    as: (caller = ANONYMOUS, request = {}) => ({ caller, services, request: { id: newId('req'), now: clock.now(), ip: '192.0.2.1', userAgent: 'test/1', ...request } }),
    user: async (id, email, password = GOOD_PASSWORD) => {
      const passwords = services.get(passwordsRef);
      const hash = await passwords.hash(password, email, ['input', 'password']);
      await database.query(sql`INSERT INTO sys_identity.users (id, email) VALUES (${id}, ${email})`);
      await passwords.store(database, id, hash, clock.now());
    },
    grant: async (userId, { id, level, permissionKey, spaceId }) => {
      await database.query(sql`
        INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key, space_id, created_at)
        VALUES (${id}, ${userId}, ${level}, ${permissionKey}, ${spaceId ?? null}, ${new Date(clock.now())})`);
    },
    signIn: async (email, password = GOOD_PASSWORD, request = {}) => {
      const started = await services.get(signInRef).signIn(world.as(ANONYMOUS, request), { email, password });
      if (started.errors.length > 0) throw new Error(JSON.stringify(started.errors));
      return started as Required<StartedSession>;
    },
    rows: (statement) => database.query(statement),
    waiting: async (count) => {
      for (;;) {
        const blocked = await database.query(sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
        if (blocked.length >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    newEvents: () => events.splice(0).map(({ type }) => type),
    close: async () => {
      await feed.stop();
      await database.close();
    },
  };
  return world;
}

/** The caller that a session makes. */
export function callerOf({ session }: Pick<StartedSession, 'session'>, grants: readonly CallerGrant[] = []): Caller {
  return { kind: 'session', key: `session:${session.id}`, userId: session.userId, credentialId: session.id, grants, revision: 0 };
}

/** A right on the whole instance. */
export function instanceGrant(permissionKey: string, level: 'instance_admin' | 'instance_super_admin' = 'instance_admin'): CallerGrant {
  return { id: `ag_${permissionKey}`, level, permissionKey };
}

export { SYSTEM };
