import { newId } from '../../../kernel/ids/index.js';
import { ServiceContainer, serviceValue, type ServiceScope } from '../../../kernel/services/index.js';
import { Database, sql, type Sql } from '../../../persistence/index.js';
import type { Settings } from '../../../config/index.js';
import {
  auditLogRef, callerGrantsRef, conditionsRef, databaseRef, outboxRef, requestContextRef, separationOfDutyRef, settingsRef, SYSTEM, type AuditEntry, type Caller,
  type CallerGrant, type OutboxEvent, type RequestContext,
} from '../../shared/contracts/index.js';
import { Mutations, mutationsRef } from '../../shared/services/index.js';
import { fixedSubjectKey } from '../../shared/testing/fixed-subject-key.js';
import { identityEntities } from '../entities/index.js';
import { registerServices } from '../register-services.js';

/** Identity on a real database, with a log and an outbox that remember what was committed. */
export interface IdentityWorld {
  readonly database: Database;
  readonly services: ServiceScope;
  /** Audit events of committed transactions, in order. */
  readonly events: AuditEntry[];
  /** Outbox events of committed transactions, in order. */
  readonly published: OutboxEvent[];
  /** Makes the log fail, to see what rolls back. */
  breakLog(message: string | undefined): void;
  /** A request of the caller; the server itself when absent. */
  as(caller?: Caller): RequestContext;
  one<Row extends object>(statement: Sql): Promise<Row>;
  count(table: string): Promise<number>;
  close(): Promise<void>;
}

/** Opens identity on a migrated database, under the role of the server. */
export function openIdentityWorld(appUrl: string, deletionWaitS = 3600): IdentityWorld {
  const database = Database.open({ url: appUrl, max: 8, applicationName: 'identity-test', statementTimeoutMs: 60_000, onError: () => undefined, entities: identityEntities });
  const container = new ServiceContainer();
  const events: AuditEntry[] = [];
  const published: OutboxEvent[] = [];
  let broken: string | undefined;
  const provide = container.provide.bind(container, 'test') as <T>(ref: Parameters<typeof container.provide<T>>[1], factory: Parameters<typeof container.provide<T>>[2]) => void;
  provide(databaseRef, () => database);
  provide(settingsRef, () => ({ governance: { spaceDeletionWaitS: deletionWaitS } }) as unknown as Settings);
  provide(auditLogRef, () => ({
    record: (transaction, _context, entry) => {
      transaction.onLast(async () => {
        if (broken !== undefined) throw new Error(broken);
      });
      transaction.onCommitted(() => events.push(entry));
      return newId('audit');
    },
    recordNow: async () => [],
  }));
  provide(callerGrantsRef, () => ({
    // Rights over a Group follow it: the path is read again, as the control plane does.
    read: async (executor, { grants }) => Promise.all(grants.map(async (grant) => {
      if (grant.groupId === undefined) return grant;
      const [group] = await executor.query<{ path: string }>(sql`SELECT path FROM sys_identity.groups WHERE id = ${grant.groupId}`);
      return { ...grant, groupPath: group?.path };
    })),
  }));
  provide(outboxRef, () => ({
    publish: (transaction, event) => transaction.onCommitted(() => published.push(event)),
    publishNow: async () => undefined,
  }));
  // Authorization is not here: no Space has a rule of separation, and a condition compiles unless it says otherwise.
  provide(separationOfDutyRef, () => ({ watch: async () => async () => undefined }));
  provide(conditionsRef, () => ({ faultOf: (source) => (source === 'wrong' ? 'This does not compile.' : undefined) }));
  provide(mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => fixedSubjectKey));
  registerServices({ provide });
  return {
    database,
    services: container.process,
    events,
    published,
    breakLog: (message) => {
      broken = message;
    },
    as: (caller = SYSTEM) => requestOf(container, caller),
    one: async <Row extends object>(statement: Sql) => {
      const [row] = await database.query<Row>(statement);
      if (row === undefined) throw new Error('no row');
      return row;
    },
    count: async (table) => {
      const [row] = await database.query<{ count: number }>({ ...sql`SELECT count(*) AS count FROM `, strings: [`SELECT count(*) AS count FROM ${table}`] });
      return row?.count ?? 0;
    },
    close: () => database.close(),
  };
}

function requestOf(container: ServiceContainer, caller: Caller): RequestContext {
  const request = { id: newId('req'), now: Date.now() };
  const context: { request: typeof request; caller: Caller; services: ServiceScope } = { request, caller, services: container.process };
  context.services = container.requestScope([serviceValue(requestContextRef, context)]);
  return context;
}

/** A signed-in person with the given control-plane rights. */
export function adminOf(...grants: readonly Omit<CallerGrant, 'id'>[]): Caller {
  return {
    kind: 'session',
    key: `session:${newId('sess')}`,
    userId: 'user_admin',
    grants: grants.map((grant, position) => ({ id: `ag_${position}`, ...grant })),
    revision: 0,
  };
}

/** Admin of one Space, with all keys unless named. */
export function spaceAdmin(spaceId: string, permissionKey = '*'): Caller {
  return adminOf({ level: 'space_admin', spaceId, permissionKey });
}

/** Admin of one subtree. */
export function groupAdmin(spaceId: string, groupId: string, groupPath: string, permissionKey = 'groups:*'): Caller {
  return adminOf({ level: 'group_admin', spaceId, groupId, groupPath, permissionKey });
}
