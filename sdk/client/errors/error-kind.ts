/**
 * What an error means for the one who gets it.
 *
 * - `invalid`: the call is wrong and stays wrong; it changed nothing.
 * - `denied`: the credential is known and may not make this call. A decision `DENY` is an answer, never an error.
 * - `unauthenticated`: the credential is missing, unknown or has ended.
 * - `limit`: the call asks for more than one call, or one caller, may have.
 * - `unavailable`: Polity cannot be reached or is not ready; the same call may succeed later.
 * - `timeout`: no answer came in time; whether the call acted is not known.
 * - `internal`: the answer cannot be understood, or Polity reports a fault of its own.
 */
export type ErrorKind = 'invalid' | 'denied' | 'unauthenticated' | 'limit' | 'unavailable' | 'timeout' | 'internal';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  AUTHENTICATION_REQUIRED: 'unauthenticated',
  UNAUTHENTICATED: 'unauthenticated',
  SESSION_EXPIRED: 'unauthenticated',
  TOKEN_INVALID: 'unauthenticated',
  ACTIVE_MEMBER_REQUIRED: 'denied',
  ADMIN_PERMISSION_REQUIRED: 'denied',
  AUTHORIZATION_DENIED: 'denied',
  CAPABILITY_PROTECTED: 'denied',
  FEATURE_DISABLED: 'denied',
  FOUR_EYES_REQUIRED: 'denied',
  INLINE_CONTEXT_REQUIRES_API_KEY: 'denied',
  OWNER_PROTECTED: 'denied',
  REGISTRATION_DISABLED: 'denied',
  UNAUTHORIZED_FIELD_OR_TYPE: 'denied',
  AUTH_RATE_LIMITED: 'limit',
  BATCH_TOO_LARGE: 'limit',
  PAYLOAD_TOO_LARGE: 'limit',
  RATE_LIMITED: 'limit',
  STREAM_OVERFLOW: 'limit',
  NOT_READY: 'unavailable',
  SERVICE_UNAVAILABLE: 'unavailable',
  REQUEST_TIMEOUT: 'timeout',
  INTERNAL_ERROR: 'internal',
  INTERNAL_SERVER_ERROR: 'internal',
};

/** Kind of an error code; of a code that this release does not know, by the HTTP status. */
export function kindOf(code: string, status: number): ErrorKind {
  return (Object.hasOwn(KINDS, code) ? KINDS[code] : undefined) ?? kindOfStatus(status);
}

/** Kind of an answer that says nothing but its HTTP status. */
export function kindOfStatus(status: number): ErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'denied';
  if (status === 413 || status === 429) return 'limit';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return status >= 500 ? 'internal' : 'invalid';
}
