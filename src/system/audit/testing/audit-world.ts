import { randomBytes } from 'node:crypto';
import { newId } from '../../../kernel/ids/index.js';
import { ServiceContainer, serviceValue, type ServiceRef, type ServiceScope } from '../../../kernel/services/index.js';
import { createPool, Database, DatabaseKeyring, StatementPool, type Transaction } from '../../../persistence/index.js';
import {
  auditLogRef, authenticatorRef, callerGrantsRef, clockRef, databaseRef, decisionTracesRef, eventRegistryRef, keyringRef, loggerRef, metricsRef,
  requestContextRef, settingsRef, statementsRef, SYSTEM, type AuditEntry, type AuditLog, type Caller, type CallerGrant, type RequestContext, type RequestInfo,
} from '../../shared/contracts/index.js';
import { Mutations, mutationsRef } from '../../shared/services/index.js';
import { registerServices } from '../register-services.js';
import { logEngineRef } from '../services/streams/log-engine.js';

const TYPES = ['thing.changed', 'thing.removed', 'sign_in.failed', 'authorization.decision', 'audit.read', 'access.denied'];

/** The audit log on a real database, as the server's role; callers are what a test says they are. */
export interface AuditWorld {
  readonly database: Database;
  readonly statements: StatementPool;
  readonly keyring: DatabaseKeyring;
  readonly masterKey: Uint8Array;
  readonly log: AuditLog;
  get<T>(ref: ServiceRef<T>): T;
  /** A request of a caller; the server itself when absent. */
  as(caller?: Caller, request?: Partial<RequestInfo>): RequestContext;
  /** Commits one event with a change of its own. */
  change(entry: Partial<AuditEntry>, context?: RequestContext): Promise<string>;
  /** Replaces the rights of a caller, or ends it; its streams are told unless kept quiet. */
  setCaller(key: string, caller: Caller | undefined, quiet?: boolean): void;
  close(): Promise<void>;
}

/** Opens the log on a migrated database and starts its engine. */
export async function openAuditWorld(appUrl: string): Promise<AuditWorld> {
  const onError = (): void => undefined;
  const database = Database.open({ url: appUrl, max: 6, applicationName: 'audit-test', statementTimeoutMs: 30_000, onError, entities: [] });
  const statements = new StatementPool(createPool({ url: appUrl, max: 3, applicationName: 'audit-test-log', statementTimeoutMs: 30_000, onError }));
  const masterKey = randomBytes(32);
  const keyring = new DatabaseKeyring({ database: statements, masterKey, now: Date.now });
  const container = new ServiceContainer();
  const callers = new Map<string, Caller | undefined>();
  const changeListeners = new Set<(affects: (caller: Caller) => boolean) => void>();
  const silent = (): void => undefined;
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent, child: () => logger };
  const provide = <T>(ref: ServiceRef<T>, factory: (scope: ServiceScope) => T): void => container.provide('test', ref, factory as never);
  provide(databaseRef, () => database);
  provide(statementsRef, () => statements);
  provide(keyringRef, () => keyring);
  provide(clockRef, () => ({ now: Date.now }));
  provide(loggerRef, () => logger);
  provide(metricsRef, () => ({ countAuditEvents: silent, watchSequencerLag: silent, watchStuckSubscriptions: silent, countEventDeliveries: silent }) as never);
  provide(settingsRef, () => ({ database: { decisionPoolSize: 2 }, governance: { denialWindowS: 0 } }) as never);
  provide(eventRegistryRef, () => {
    const types = TYPES.map((key) => ({ key, description: `About ${key}.`, risk: 'NORMAL' as const, owner: 'test' }));
    return { auditEventTypes: () => types, auditEventType: (key) => types.find((type) => type.key === key), isPublished: (type) => type === 'thing.changed' };
  });
  provide(authenticatorRef, () => ({
    authenticate: async () => SYSTEM,
    refresh: async (caller) => (callers.has(caller.key) ? callers.get(caller.key) : caller),
    current: async (caller) => (callers.has(caller.key) ? callers.get(caller.key) : caller),
    settled: async () => undefined,
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
  }));
  provide(callerGrantsRef, () => ({ read: async (_executor, caller) => caller.grants }));
  provide(decisionTracesRef, () => ({ render: async (_context, event) => ({ rendered: event.details }) }));
  provide(mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => keyring));
  registerServices({ provide } as never);
  await container.get(logEngineRef).start();

  const as = (caller: Caller = SYSTEM, request: Partial<RequestInfo> = {}): RequestContext => {
    const context = { request: { id: newId('req'), now: Date.now(), ...request }, caller } as { -readonly [K in keyof RequestContext]: RequestContext[K] };
    context.services = container.requestScope([serviceValue(requestContextRef, context)]);
    return context;
  };
  const log = container.get(auditLogRef);
  return {
    database, statements, keyring, masterKey, log, as,
    get: (ref) => container.get(ref),
    change: (entry, context = as()) => database.transaction(async (transaction: Transaction) => log.record(transaction, context, thing(entry))),
    setCaller(key, caller, quiet = false) {
      callers.set(key, caller);
      if (!quiet) for (const listener of changeListeners) listener((affected) => affected.key === key);
    },
    async close() {
      await container.get(logEngineRef).stop();
      await database.close();
      await statements.close();
    },
  };
}

/** An entry about a thing. */
export function thing(entry: Partial<AuditEntry> = {}): AuditEntry {
  return { type: 'thing.changed', spaceId: '', target: { type: 'Thing', id: 'thing_1' }, ...entry };
}

/** A signed-in person with the given rights. */
export function person(name: string, ...grants: readonly Omit<CallerGrant, 'id'>[]): Caller {
  return {
    kind: 'session', key: `session:sess_${name}`, userId: `user_${name}`, credentialId: `sess_${name}`, issuer: 'https://polity.example',
    grants: grants.map((grant, position) => ({ id: `ag_${position}`, ...grant })), revision: 0,
  };
}

/** Right of a person over a Space. */
export function over(spaceId: string, permissionKey = 'audit:read'): Omit<CallerGrant, 'id'> {
  return { level: 'space_admin', spaceId, permissionKey };
}

/** Right of a person over the instance. */
export function everywhere(permissionKey = 'audit:read'): Omit<CallerGrant, 'id'> {
  return { level: 'instance_admin', permissionKey };
}
