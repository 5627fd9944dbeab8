import { invalidResponse, kindOf, PolityClientError } from './errors/index.js';

/** The credentials of a session. */
export interface Session {
  /** Pass it as `credentials.accessToken`. */
  readonly accessToken: string;
  /** Works once; the answer of `refresh` holds its successor. */
  readonly refreshToken: string;
  /** RFC 3339. */
  readonly accessTokenExpiresAt: string;
  /** RFC 3339. */
  readonly refreshTokenExpiresAt: string;
  readonly requestId: string;
}

interface UserMistake {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** @throws PolityClientError for what the payload lists in `errors`, `INVALID_RESPONSE` for a payload without tokens */
export function readSession(value: unknown, requestId: string): Session {
  if (typeof value !== 'object' || value === null) throw invalidResponse('The answer has no session.', { requestId });
  const { accessToken, refreshToken, accessTokenExpiresAt, refreshTokenExpiresAt, errors } = value as Partial<Session> & { readonly errors?: readonly UserMistake[] };
  const [mistake] = errors ?? [];
  if (mistake !== undefined) {
    const { code, message, path } = mistake;
    throw new PolityClientError({ code, kind: kindOf(code, 200), message, path, status: 200, requestId });
  }
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') throw invalidResponse('The session has no tokens.', { requestId });
  return { accessToken, refreshToken, accessTokenExpiresAt: String(accessTokenExpiresAt), refreshTokenExpiresAt: String(refreshTokenExpiresAt), requestId };
}
