import pg from 'pg';
import { graphql, type ExecutionResult } from 'graphql';
import { loadSettings, type Settings } from '../../src/config/index.js';
import { hashPassword } from '../../src/kernel/crypto/index.js';
import { PolityError } from '../../src/kernel/errors/index.js';
import type { CapabilityRegistration } from '../../src/kernel/lifecycle/index.js';
import { ServiceContainer, serviceValue, type ServiceRef } from '../../src/kernel/services/index.js';
import { createPool, Database, DatabaseKeyring, RevisionFeed, sql, StatementPool, type Sql } from '../../src/persistence/index.js';
import { composeSchema, Policies, policiesRef, type ComposedSchema, type PolicyDefinition } from '../../src/graphql/index.js';
import { createAdminCapability, adminEntities, adminResolvers } from '../../src/system/admin/index.js';
import { createResourceRegistryCapability, resourceRegistryEntities, resourceRegistryResolvers } from '../../src/system/resource-registry/index.js';
import {
  accessTokensRef, auditLogRef, authenticatorRef, callerGrantsRef, databaseRef, kernelStatusRef, keyringRef, loggerRef, passwordsRef, requestContextRef,
  revisionFeedRef, settingsRef, SYSTEM, type AuditEntry, type Caller, type RequestContext,
} from '../../src/system/shared/contracts/index.js';
import { Mutations, mutationsRef } from '../../src/system/shared/services/index.js';
import { createTestDatabase } from './database.js';

/** Permissions of capabilities that this kit leaves out. */
const OTHER_PERMISSIONS = ['users:read', 'users:manage', 'spaces:read', 'spaces:manage', 'groups:read', 'members:read', 'user_members:manage', 'authz:check', 'audit:read'];

/** Registry and control plane on a database of their own; the other capabilities are stood in for. */
export interface TestControlPlane {
  readonly database: Database;
  readonly feed: RevisionFeed;
  readonly container: ServiceContainer;
  readonly settings: Settings;
  /** Audit entries of committed transactions. */
  readonly audited: (AuditEntry & { readonly callerKey: string })[];
  get<T>(ref: ServiceRef<T>): T;
  /** Runs SQL as the server's role. */
  run(statement: Sql): Promise<Record<string, unknown>[]>;
  /** Opens a session of a User and gives its token. */
  signIn(userId: string, options?: { readonly userMemberId?: string; readonly lastUsedAt?: Date; readonly createdAt?: Date }): Promise<string>;
  /** Gives a User a right, by SQL. */
  grant(userId: string, level: string, permissionKey: string, place?: { readonly spaceId?: string; readonly groupId?: string; readonly expiresAt?: Date }): Promise<string>;
  caller(token: string): Promise<Caller>;
  /** Context of a token, or of the server itself. */
  as(token?: string, now?: number): Promise<RequestContext>;
  /** Runs an operation on the guarded schema. */
  query(context: RequestContext, document: string, variables?: Record<string, unknown>): Promise<ExecutionResult<any>>;
  close(): Promise<void>;
}

let schema: Promise<ComposedSchema> | undefined;
let count = 0;

/** Starts it all; `close` ends it. */
export async function startControlPlane(environment: Record<string, string> = {}): Promise<TestControlPlane> {
  const testDatabase = await createTestDatabase();
  const settings = loadSettings({ NODE_ENV: 'test', ...environment });
  const onError = (): void => undefined;
  const pool = { url: testDatabase.appUrl, statementTimeoutMs: 10_000, onError };
  const database = Database.open({ ...pool, max: 8, applicationName: 'test', entities: [...resourceRegistryEntities, ...adminEntities] });
  const statements = new StatementPool(createPool({ ...pool, max: 3, applicationName: 'test-statements' }));
  const keyring = new DatabaseKeyring({ database: statements, masterKey: Buffer.alloc(32, 7), now: Date.now });
  const feed = new RevisionFeed({ database: statements, connect: () => connect(testDatabase.appUrl), now: Date.now, onError });
  await feed.start();
  const container = new ServiceContainer();
  const audited: TestControlPlane['audited'] = [];
  const permissions = OTHER_PERMISSIONS.map((key) => ({ key, description: key, owner: 'identity.business' }));
  const policies: PolicyDefinition[] = [];
  provideStandIns();
  const capabilities = [createResourceRegistryCapability(), createAdminCapability()];
  for (const capability of capabilities) capability.register(registrationOf(capability.manifest.id));
  const admin = capabilities[1];
  await admin?.start?.(container.process);

  return {
    database, feed, container, settings, audited,
    get: (ref) => container.get(ref),
    run: (statement) => database.query(statement),
    async signIn(userId, { userMemberId, lastUsedAt, createdAt } = {}) {
      const id = `sess_test${++count}`;
      await database.query(sql`
        INSERT INTO sys_identity.sessions (id, user_id, active_user_member_id, expires_at, last_used_at, created_at)
        VALUES (${id}, ${userId}, ${userMemberId ?? null}, now() + interval '1 day', ${lastUsedAt ?? new Date()}, ${createdAt ?? new Date()})`);
      return `${id}.${userId}`;
    },
    async grant(userId, level, permissionKey, { spaceId, groupId, expiresAt } = {}) {
      const id = `ag_test${++count}`;
      await database.query(sql`
        INSERT INTO sys_admin.admin_grants (id, user_id, level, space_id, group_id, permission_key, expires_at)
        VALUES (${id}, ${userId}, ${level}, ${spaceId ?? null}, ${groupId ?? null}, ${permissionKey}, ${expiresAt ?? null})`);
      return id;
    },
    caller: (token) => container.get(authenticatorRef).authenticate({ bearer: token }, Date.now()),
    async as(token, now = Date.now()) {
      const caller = token === undefined ? SYSTEM : await container.get(authenticatorRef).authenticate({ bearer: token }, now);
      return contextOf(caller, now);
    },
    async query(context, document, variables) {
      schema ??= composeSchema([...resourceRegistryResolvers, ...adminResolvers]);
      return graphql({ schema: (await schema).guarded, source: document, contextValue: context, variableValues: variables });
    },
    async close() {
      await admin?.stop?.();
      await feed.stop();
      await database.close();
      await statements.close();
      await testDatabase.drop();
    },
  };

  function contextOf(caller: Caller, now: number): RequestContext {
    const context = { request: { id: 'req_test', now }, caller } as { -readonly [K in keyof RequestContext]: RequestContext[K] };
    context.services = container.requestScope([serviceValue(requestContextRef, context)]);
    return context;
  }

  function registrationOf(owner: string): CapabilityRegistration {
    return {
      provide: (ref, factory) => container.provide(owner, ref, factory),
      permission: (key) => void permissions.push({ key, description: key, owner }),
      policy: (name, expression) => void policies.push({ name, owner, expression }),
      auditEventType: () => undefined, publishes: () => undefined, subscribe: () => undefined, route: () => undefined, graphql: () => undefined,
    };
  }

  function provideStandIns(): void {
    const owner = 'test';
    const silent = (): void => undefined;
    const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent, child: () => logger };
    container.provide(owner, settingsRef, () => settings);
    container.provide(owner, loggerRef, () => logger);
    container.provide(owner, databaseRef, () => database);
    container.provide(owner, keyringRef, () => keyring);
    container.provide(owner, revisionFeedRef, () => feed);
    container.provide(owner, mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => keyring));
    container.provide(owner, policiesRef, () => new Policies(policies));
    container.provide(owner, kernelStatusRef, () => ({
      permissions: () => permissions,
      list: () => [{ id: 'admin.control_plane', name: 'Control plane', version: '0.1.0', stability: 'preview', state: 'ready', reason: undefined, startDurationMs: 3, error: undefined, since: 0 }],
    }));
    container.provide(owner, passwordsRef, () => ({
      async hash(password, _email, path) {
        if (password.length < settings.identity.passwordMinLength) throw new PolityError('PASSWORD_TOO_WEAK', 'Too short.', { path });
        return hashPassword(password);
      },
      store: async (executor, userId, hash) => void (await executor.query(sql`INSERT INTO sys_identity.passwords (user_id, hash) VALUES (${userId}, ${hash})`)),
    }));
    container.provide(owner, accessTokensRef, () => ({
      async verify(token, now) {
        const [first = '', userId = ''] = token.split('.');
        if (first.startsWith('oidc:')) return { kind: 'oidc', userId, issuer: first.slice('oidc:'.length), expiresAt: now + 600_000 };
        if (!first.startsWith('sess_')) throw new PolityError('UNAUTHENTICATED', 'Not a token.');
        return { kind: 'session', userId, sessionId: first, issuer: 'http://polity.test', expiresAt: now + 600_000 };
      },
    }));
    container.provide(owner, auditLogRef, () => ({
      record(transaction, context, entry) {
        transaction.onCommitted(() => void audited.push({ ...entry, callerKey: context.caller.key }));
        return `audit_${++count}`;
      },
      recordNow: async () => [],
    }));
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** The Space, groups, people and type of the finance example. */
export async function insertFinanceWorld({ run }: Pick<TestControlPlane, 'run'>): Promise<void> {
  await run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_root', 'root@example.com'), ('user_alice', 'alice@example.com'), ('user_bob', 'bob@example.com'), ('user_carol', 'carol@example.com')`);
  await run(sql`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_acme', 'Acme'), ('space_other', 'Other')`);
  await run(sql`INSERT INTO sys_identity.groups (id, space_id, parent_group_id, key, path, depth) VALUES
    ('group_finance', 'space_acme', NULL, 'finance', 'finance', 0), ('group_finance_apac', 'space_acme', 'group_finance', 'apac', 'finance.apac', 1),
    ('group_legal', 'space_acme', NULL, 'legal', 'legal', 0), ('group_elsewhere', 'space_other', NULL, 'elsewhere', 'elsewhere', 0)`);
  await run(sql`INSERT INTO sys_identity.members (id, space_id, display_name) VALUES
    ('member_reviewer', 'space_acme', 'Reviewer'), ('member_creator', 'space_acme', 'Creator'), ('member_stranger', 'space_other', 'Stranger')`);
  await run(sql`INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, is_primary) VALUES
    ('um_alice', 'user_alice', 'member_reviewer', 'space_acme', true), ('um_bob', 'user_bob', 'member_creator', 'space_acme', true),
    ('um_bob_other', 'user_bob', 'member_stranger', 'space_other', false)`);
  await run(sql`INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_root', 'user_root', 'instance_super_admin', '*')`);
}
