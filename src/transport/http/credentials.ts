import type { Credentials } from '../../system/shared/contracts/index.js';

const BEARER = /^Bearer +([\x21-\x7e]{1,8192})$/i;

/** Header of API keys that do not travel as a bearer token. */
export const API_KEY_HEADER = 'x-polity-api-key';

const MALFORMED = 'malformed';

/** Reads the credentials of headers or of WebSocket connection parameters. What is malformed stays a credential that fails. */
export function credentialsOf(source: { readonly authorization?: unknown; readonly apiKey?: unknown }): Credentials {
  const authorization = given(source.authorization);
  return { bearer: authorization === undefined ? undefined : (BEARER.exec(authorization)?.[1] ?? MALFORMED), apiKey: given(source.apiKey) };
}

function given(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : MALFORMED;
}
