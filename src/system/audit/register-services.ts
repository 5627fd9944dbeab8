import type { CapabilityRegistration } from '../../kernel/lifecycle/index.js';
import { createServiceRef } from '../../kernel/services/index.js';
import {
  auditLogRef, authenticatorRef, denialLogRef, clockRef, databaseRef, eventRegistryRef, keyringRef, loggerRef, metricsRef, outboxRef, requestContextRef,
  settingsRef, statementsRef,
} from '../shared/contracts/index.js';
import { EventStreams } from '../shared/services/index.js';
import { DELIVERY_PACE } from './services/delivery/delivery-pace.js';
import { OutboxDelivery, outboxDeliveryRef } from './services/delivery/outbox-delivery.js';
import { RepeatedDenials } from './services/denials/repeated-denials.js';
import { OutboxService } from './services/outbox/outbox-service.js';
import { ActorNames, actorNamesRef } from './services/read/actor-names.js';
import { AuditReader, auditReaderRef } from './services/read/audit-reader.js';
import { EventDetails, eventDetailsRef } from './services/read/event-details.js';
import { LogEngine, logEngineRef } from './services/streams/log-engine.js';
import { LogStreams, logStreamsRef } from './services/streams/stream-service.js';
import { AuditLogService } from './services/write/audit-log-service.js';
import type { EventRow } from './services/write/event-row.js';
import { GroupCommit } from './services/write/group-commit.js';
import { insertEvents } from './services/write/insert-events.js';

/** Events that belong to no change, on their way into the log. */
export const eventCommitsRef = createServiceRef<GroupCommit<EventRow>>({ id: 'audit.event_commits', scope: 'process' });

/** Denials that are counted on their way into the log. */
export const repeatedDenialsRef = createServiceRef<RepeatedDenials>({ id: 'audit.repeated_denials', scope: 'process' });

const MOST_PER_STATEMENT = 500;
/** What one statement costs before its first row is what so many rows cost. */
const WORTH_ANOTHER = 100;
const PATIENCE_MS = 25;
const MOST_WAITING = 20_000;

/** Provides the services of the audit log and of the outbox, which is ordered the same way. */
export function registerServices(registration: Pick<CapabilityRegistration, 'provide'>): void {
  registration.provide(logEngineRef, (scope) => new LogEngine({
    database: scope.get(databaseRef),
    statements: scope.get(statementsRef),
    now: () => scope.get(clockRef).now(),
    settled: () => scope.get(authenticatorRef).settled(),
    onError: (error) => scope.get(loggerRef).warn('a log could not be read or ordered', { error }),
  }));
  registration.provide(eventCommitsRef, (scope) => new GroupCommit<EventRow>({
    store: async (rows) => void (await scope.get(statementsRef).prepared('audit_insert', insertEvents(rows))),
    writers: scope.get(settingsRef).database.decisionPoolSize,
    mostPerStatement: MOST_PER_STATEMENT,
    worthAnother: WORTH_ANOTHER,
    patienceMs: PATIENCE_MS,
    mostWaiting: MOST_WAITING,
  }));
  registration.provide(auditLogRef, (scope) => new AuditLogService({
    keyring: scope.get(keyringRef),
    registry: scope.get(eventRegistryRef),
    decisions: scope.get(eventCommitsRef),
    now: () => scope.get(clockRef).now(),
    onWritten: (types) => {
      for (const type of types) scope.get(metricsRef).countAuditEvents(type);
      scope.get(logEngineRef).audit.poke();
    },
  }));
  registration.provide(repeatedDenialsRef, (scope) => new RepeatedDenials({
    auditLog: () => scope.get(auditLogRef),
    windowMs: scope.get(settingsRef).governance.denialWindowS * 1_000,
    onError: (error) => scope.get(loggerRef).warn('repeated denials could not be written', { error }),
  }));
  registration.provide(denialLogRef, (scope) => scope.get(repeatedDenialsRef));
  registration.provide(outboxRef, (scope) => new OutboxService({
    database: scope.get(statementsRef),
    registry: scope.get(eventRegistryRef),
    now: () => scope.get(clockRef).now(),
    onWritten: () => scope.get(logEngineRef).outbox.poke(),
  }));
  registration.provide(outboxDeliveryRef, (scope) => new OutboxDelivery({
    feed: scope.get(logEngineRef).outboxFeed,
    database: scope.get(databaseRef),
    statements: scope.get(statementsRef),
    logger: scope.get(loggerRef),
    metrics: scope.get(metricsRef),
    pace: DELIVERY_PACE,
  }));
  registration.provide(auditReaderRef, (scope) => new AuditReader({
    database: scope.get(databaseRef),
    keyring: scope.get(keyringRef),
    sequencer: scope.get(logEngineRef).audit,
    auditLog: () => scope.get(auditLogRef),
  }));
  registration.provide(logStreamsRef, (scope) => new LogStreams({
    database: scope.get(databaseRef),
    engine: scope.get(logEngineRef),
    reader: scope.get(auditReaderRef),
    streams: new EventStreams({ authenticator: () => scope.get(authenticatorRef), now: () => scope.get(clockRef).now() }),
    auditLog: () => scope.get(auditLogRef),
    now: () => scope.get(clockRef).now(),
  }));
  registration.provide(eventDetailsRef, (scope) => new EventDetails(scope.get(keyringRef)));
  registration.provide(actorNamesRef, (scope) => new ActorNames(scope.get(databaseRef), scope.get(requestContextRef)));
}
