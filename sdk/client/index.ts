export type { CallOptions, ClientCredentials, DecisionOptions, PolityClientOptions, RetryOptions } from './client-options.js';
export { createPolityClient } from './create-polity-client.js';
export type { Decision } from './decision.js';
export { isPolityClientError, PolityClientError, PolityStreamError, type ErrorKind, type GraphqlError } from './errors/index.js';
export type { AuditEvent, AuditEventFilter, AuditRisk, LifecycleEvent } from './events.js';
export type {
  Explanation, TraceActor, TraceCandidate, TraceGroup, TraceRegistry, TraceRole, TraceSpace, TraceTarget,
} from './explanation.js';
export type { GraphqlAnswer } from './http/graphql-calls.js';
export type { AuditStreamOptions, PolityClient, TypedDocument } from './polity-client.js';
export type { CapabilityReadiness, Health, Readiness, Version } from './probes.js';
export type {
  Actor, ConditionProperties, FactStatus, InlineActor, InlineGrant, InlineResource, PermissionEffect, PermissionScope, Question, ResourceVisibility,
} from './questions.js';
export { ReceiptError, type KeySet, type Receipt, type ReceiptMatch, type ReceiptQuestion } from './receipts/receipt.js';
export { verifyReceipt, type VerifyReceiptOptions } from './receipts/verify-receipt.js';
export type { Session } from './session.js';
export type { Reconnection, StreamOptions } from './streams/resumable-stream.js';
