import { sha256 } from '../../../kernel/crypto/index.js';
import { newId } from '../../../kernel/ids/index.js';
import { ServiceContainer, serviceValue, type ServiceScope } from '../../../kernel/services/index.js';
import { createMetrics } from '../../../observability/index.js';
import { Database, RevisionFeed, sql } from '../../../persistence/index.js';
import {
  auditLogRef, authenticatorRef, callerGrantsRef, clockRef, databaseRef, loggerRef, metricsRef, requestContextRef, revisionFeedRef, settingsRef, SYSTEM, type AuditEntry, type Caller, type CallerGrant,
  type RequestContext,
} from '../../shared/contracts/index.js';
import { Mutations, mutationsRef } from '../../shared/services/index.js';
import { fixedSubjectKey } from '../../shared/testing/fixed-subject-key.js';
import { factIndexesRef } from '../fact-index/fact-indexes.js';
import { authorizationEntities } from '../index.js';
import { provideServices } from '../provide-services.js';
import { authorizationMemoryRef } from '../services/authorization-memory.js';
import { FINANCE_SQL } from './finance-sql.js';

/** Authorization on a real database, with a log whose events can be looked at and that can be made to fail. */
export interface FinanceWorld {
  readonly database: Database;
  readonly services: ServiceScope;
  /** Audit entries that are durable, in order. */
  readonly entries: AuditEntry[];
  /** Statements that the log has written decisions with. */
  writes: number;
  breakLog(message: string | undefined): void;
  /** A request of the caller, at a moment. */
  as(caller?: Caller, now?: number): RequestContext;
  run(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens authorization on a migrated database that gets the Finance Reviewer fixture.
 *
 * @param options - with `memory` decisions are made from the index of the Space, which is there before this resolves; each of them is
 * checked by the database
 */
export async function openFinanceWorld(appUrl: string, options: { readonly memory?: boolean } = {}): Promise<FinanceWorld> {
  const database = Database.open({ url: appUrl, max: 8, applicationName: 'authorization-test', statementTimeoutMs: 30_000, onError: () => undefined, entities: authorizationEntities });
  const container = new ServiceContainer();
  const provide = container.provide.bind(container, 'test') as Parameters<typeof provideServices>[0]['provide'];
  const entries: AuditEntry[] = [];
  let broken: string | undefined;
  const world: FinanceWorld = {
    database,
    services: container.process,
    entries,
    writes: 0,
    breakLog: (message) => {
      broken = message;
    },
    as: (caller = SYSTEM, now = Date.now()) => contextOf(container, caller, now),
    run: async (text) => {
      await database.pool.query(text);
      if (options.memory === true) await feed.catchUp();
    },
    close: async () => {
      if (options.memory === true) {
        await container.process.get(authorizationMemoryRef).stop();
        await feed.stop();
      }
      await database.close();
    },
  };
  const feed = new RevisionFeed({ database, connect: () => database.connect('authorization-test'), now: Date.now, onError: () => undefined });
  if (options.memory === true) await feed.start();
  provide(databaseRef, () => database);
  provide(revisionFeedRef, () => feed);
  provide(metricsRef, createMetrics);
  provide(settingsRef, () => ({ governance: { authorizationIndexMib: 64, selfCheckOneIn: 1 } }) as never);
  provide(clockRef, () => ({ now: Date.now }));
  provide(loggerRef, () => ({ error: () => undefined }) as never);
  provide(authenticatorRef, () => ({ refresh: async (caller: Caller) => caller }) as never);
  provide(callerGrantsRef, () => ({ read: async (_executor, caller) => caller.grants }));
  provide(auditLogRef, () => ({
    record: (transaction, _context, entry) => {
      transaction.onLast(async () => {
        if (broken !== undefined) throw new Error(broken);
      });
      transaction.onCommitted(() => entries.push(entry));
      return newId('audit');
    },
    recordNow: async (context, batch) => {
      if (broken !== undefined) throw new Error(broken);
      const ids = batch.map(() => newId('audit'));
      await insertEvents(database, context, batch, ids);
      entries.push(...batch);
      world.writes += 1;
      return ids;
    },
  }));
  provide(mutationsRef, (scope) => new Mutations(database, () => scope.get(auditLogRef), () => scope.get(callerGrantsRef), () => fixedSubjectKey));
  provideServices({ provide });
  await world.run(FINANCE_SQL);
  if (options.memory === true) {
    container.process.get(authorizationMemoryRef).start();
    await container.process.get(factIndexesRef).load('space_acme');
  }
  return world;
}

async function insertEvents(database: Database, context: RequestContext, batch: readonly AuditEntry[], ids: readonly string[]): Promise<void> {
  const rows = batch.map((entry, index) => {
    const body = JSON.stringify({ id: ids[index], details: entry.details ?? {} });
    return { ...entry, id: ids[index], at: new Date(context.request.now).toISOString(), body, hash: Buffer.from(sha256(body)).toString('hex'), requestId: context.request.id };
  });
  await database.query(sql`
    INSERT INTO sys_audit.event (id, type, risk, space_id, group_id, occurred_at, actor_user_id, actor_member_id, actor_user_member_id, action,
      target_type, target_id, decision, deny_code, trace_id, request_id, body, body_hash)
    SELECT r ->> 'id', r ->> 'type', 'NORMAL', r ->> 'spaceId', r ->> 'groupId', (r ->> 'at')::timestamptz, r #>> '{actor,userId}',
      r #>> '{actor,memberId}', r #>> '{actor,userMemberId}', coalesce(r ->> 'action', r ->> 'type'), r #>> '{target,type}', r #>> '{target,id}',
      r ->> 'decision', r ->> 'denyCode', r ->> 'traceId', r ->> 'requestId', convert_to(r ->> 'body', 'UTF8'), decode(r ->> 'hash', 'hex')
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS r`);
}

function contextOf(container: ServiceContainer, caller: Caller, now: number): RequestContext {
  const request = { id: newId('req'), ip: '192.0.2.7', userAgent: 'test', now };
  const context: { request: typeof request; caller: Caller; services: ServiceScope } = { request, caller, services: container.process };
  context.services = container.requestScope([serviceValue(requestContextRef, context)]);
  return context;
}

type Grant = Omit<CallerGrant, 'id'>;

/** A caller of a kind with rights. */
export function callerOf(kind: Caller['kind'], grants: readonly Grant[], more: Partial<Caller> = {}): Caller {
  return { kind, key: `${kind}:test`, grants: grants.map((grant, index) => ({ id: `ag_${index}`, ...grant })), revision: 0, ...more };
}

export const INSTANCE = { level: 'instance_admin', permissionKey: '*' } as const;
export const ACME = { level: 'space_admin', spaceId: 'space_acme', permissionKey: '*' } as const;
export const OTHER = { level: 'space_admin', spaceId: 'space_other', permissionKey: '*' } as const;
export const FINANCE_GROUP = { level: 'group_admin', spaceId: 'space_acme', groupId: 'group_finance', groupPath: 'finance', permissionKey: '*' } as const;

/** The actor of FR-1. */
export const ALICE = { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer', spaceId: 'space_acme' };
