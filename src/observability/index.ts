export { createLogger, type LogDestination, type LoggerSettings } from './create-logger.js';
export { createMetrics } from './create-metrics.js';
export type { LogFields, Logger, LogMethod } from './logger.js';
export type {
  AuthenticationMethod,
  AuthenticationOutcome,
  GraphqlOperationType,
  GraphqlOutcome,
  HttpRequestSample,
  Metrics,
  PoolState,
} from './metrics.js';
export { openTracing } from './tracing/open-tracing.js';
export type { HttpTrace, OperationRecord, RequestTrace, Tracing } from './tracing/tracing.js';
export { redact } from './redact.js';
export { isSecretName, REDACTED, redactText } from './secret-patterns.js';
