import type { Credentials } from '../../system/shared/contracts/index.js';

const BEARER = /^Bearer +([\x21-\x7e]{1,8192})$/i;

/** Header of API keys that do not travel as a bearer token. */
export const API_KEY_HEADER = 'x-polity-api-key';

/** Reads the credentials of headers or of WebSocket connection parameters. A malformed header stays a credential that fails. */
export function credentialsOf(source: { readonly authorization?: unknown; readonly apiKey?: unknown }): Credentials {
  const { authorization, apiKey } = source;
  const bearer = typeof authorization === 'string' && authorization !== '' ? (BEARER.exec(authorization)?.[1] ?? 'malformed') : undefined;
  return { bearer, apiKey: typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined };
}
