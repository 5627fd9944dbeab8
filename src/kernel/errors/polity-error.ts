import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes.js';

/** Where in the caller's input the mistake is, such as `['input', 'groupId']` or `['input', 'items', 3]`. */
export type InputPath = readonly (string | number)[];

/** What a {@link PolityError} may carry beside its code and message. */
export interface PolityErrorOptions {
  readonly path?: InputPath;
  /** Facts for the reader of the answer or the log; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of the server; its `code` says everything that code outside may branch on. */
export class PolityError extends Error {
  override readonly name = 'PolityError';
  readonly code: ErrorCode;
  readonly path: InputPath | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: PolityErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.path = options.path;
    this.details = options.details;
  }

  /** Kind of the code; see {@link ErrorKind}. */
  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }

  /** Status of a plain HTTP answer with this error. */
  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }
}

/** Whether a caught value is an error of the closed set. */
export function isPolityError(value: unknown): value is PolityError {
  return value instanceof PolityError;
}
