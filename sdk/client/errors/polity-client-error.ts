import type { ErrorKind } from './error-kind.js';

/** One error of a GraphQL answer. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a {@link PolityClientError} is made of. */
export interface PolityClientErrorDetails {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly path?: readonly (string | number)[];
  readonly retryAfter?: number;
  readonly errors?: readonly GraphqlError[];
  readonly data?: unknown;
  readonly cause?: unknown;
}

/** The one error class of calls; branch on `kind`, or on `code` where the kind is too coarse. */
export class PolityClientError extends Error {
  override readonly name: string = 'PolityClientError';
  /**
   * Code of the server, or one of this client: `INVALID_JSON_RESPONSE`, `INVALID_RESPONSE`, `CONNECTION_FAILED`, `TIMEOUT`,
   * `CREDENTIALS_UNAVAILABLE`.
   */
  readonly code: string;
  readonly kind: ErrorKind;
  /** HTTP status; absent where no answer came. */
  readonly status: number | undefined;
  /** Id to look for in the log and the audit events of the server. */
  readonly requestId: string | undefined;
  /** Path of the input that is wrong, such as `['input', 'resourceId']`, or of the field that failed. */
  readonly path: readonly (string | number)[] | undefined;
  /** Seconds after which the server takes the call again. */
  readonly retryAfter: number | undefined;
  /** Every error of the answer; the first one gave code, message and path. */
  readonly errors: readonly GraphqlError[];
  /** What the answer holds beside its errors. */
  readonly data: unknown;

  constructor(details: PolityClientErrorDetails) {
    super(details.message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = details.code;
    this.kind = details.kind;
    this.status = details.status;
    this.requestId = details.requestId;
    this.path = details.path;
    this.retryAfter = details.retryAfter;
    this.errors = details.errors ?? [];
    this.data = details.data;
  }
}

/** Whether a caught value is an error of this client. */
export function isPolityClientError(value: unknown): value is PolityClientError {
  return value instanceof PolityClientError;
}
