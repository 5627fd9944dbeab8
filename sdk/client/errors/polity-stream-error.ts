import { PolityClientError, type PolityClientErrorDetails } from './polity-client-error.js';

/** What a {@link PolityStreamError} is made of. */
export interface PolityStreamErrorDetails extends PolityClientErrorDetails {
  readonly cursor?: string;
  readonly closeCode?: number;
}

/** A stream ended for good. Everything up to `cursor` was delivered: pass it as `after` once the cause is mended. */
export class PolityStreamError extends PolityClientError {
  override readonly name = 'PolityStreamError';
  /** Position of the last event that was delivered; what the stream was opened with when there was none. */
  readonly cursor: string | undefined;
  /** Close code of the WebSocket, such as 4401; absent when an answer ended the stream. */
  readonly closeCode: number | undefined;

  constructor(details: PolityStreamErrorDetails) {
    super(details);
    this.cursor = details.cursor;
    this.closeCode = details.closeCode;
  }

  /** The same end, told with the cursor to resume from. */
  static at(error: PolityClientError, cursor: string | undefined): PolityStreamError {
    const { code, kind, message, status, requestId, path, retryAfter, errors, data, cause } = error;
    const closeCode = error instanceof PolityStreamError ? error.closeCode : undefined;
    return new PolityStreamError({ code, kind, message, status, requestId, path, retryAfter, errors, data, cause, cursor, closeCode });
  }
}
