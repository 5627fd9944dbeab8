/**
 * Why the embedded PostgreSQL cannot be had.
 *
 * - `PLATFORM_UNSUPPORTED`: there are no binaries for this operating system.
 * - `BINARIES_MISSING`: the optional package with the binaries is not installed.
 * - `FOLDER_UNUSABLE`: the data folder cannot hold, or does not hold, a cluster that this process may run.
 * - `VERSION_MISMATCH`: the cluster was made by another major version.
 * - `BUSY`: another process held the folder's lock for too long.
 * - `START_FAILED`, `STOP_FAILED`: the server did not come up, or did not go.
 */
export type EmbeddedPostgresErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'BINARIES_MISSING'
  | 'FOLDER_UNUSABLE'
  | 'VERSION_MISMATCH'
  | 'BUSY'
  | 'START_FAILED'
  | 'STOP_FAILED';

/** Thrown to the operator, whose message says what to do; it never reaches a caller of the API. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
