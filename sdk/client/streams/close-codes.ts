import { PolityStreamError, type ErrorKind } from '../errors/index.js';

/** Close codes of graphql-transport-ws after which connecting again would end the same way. */
const PERMANENT: Readonly<Record<number, readonly [code: string, kind: ErrorKind, message: string]>> = {
  4400: ['BAD_REQUEST', 'invalid', 'The server refused a message of the stream.'],
  4401: ['UNAUTHENTICATED', 'unauthenticated', 'The credential of the stream has ended.'],
  4403: ['FORBIDDEN', 'denied', 'The server refused the credential of the stream.'],
  4406: ['SUBPROTOCOL_NOT_ACCEPTABLE', 'invalid', 'The server does not speak graphql-transport-ws.'],
  4409: ['SUBSCRIBER_ALREADY_EXISTS', 'invalid', 'The server knows the subscription already.'],
};

/** The error of a closed socket: kind `unavailable` for anything that a new connection may mend. */
export function closeFailure(closeCode: number): PolityStreamError {
  const [code, kind, message] = (Object.hasOwn(PERMANENT, closeCode) ? PERMANENT[closeCode] : undefined)
    ?? ['CONNECTION_LOST', 'unavailable', `The connection was closed with code ${closeCode}.`] as const;
  return new PolityStreamError({ code, kind, message, closeCode });
}
