const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
// The last two are given to who connects to a database that is closed, or away while a backup of it is restored.
const UNAVAILABLE = /^(08|53|57P0|58|55000|3D000)/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** The parts of a driver error that decide what to do; found through the wrappers of the ORM. */
export interface DatabaseErrorFacts {
  /** SQLSTATE, or the code of a socket error. */
  readonly code: string;
  /** `FATAL` when PostgreSQL ended the connection or never opened it. */
  readonly severity?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

/** Reads the facts of a driver error, through wrapped causes; undefined when it is no database error. */
export function databaseErrorFacts(error: unknown): DatabaseErrorFacts | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const { code, severity, constraint, table, column } = current as Error & Partial<DatabaseErrorFacts>;
    if (typeof code === 'string') return { code, severity, constraint, table, column };
  }
  return undefined;
}

/** True for a transaction that lost a race and may be run again. */
export function isRetryable(error: unknown): boolean {
  const code = databaseErrorFacts(error)?.code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** True when the database cannot be reached or refuses connections: the caller gets 503 and may try again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, severity } = databaseErrorFacts(error) ?? {};
  if (code !== undefined && (severity === 'FATAL' || UNAVAILABLE.test(code) || NETWORK.has(code))) return true;
  return error instanceof Error && /timeout exceeded when trying to connect|Connection terminated|is not queryable|Cannot use a pool after/.test(error.message);
}
