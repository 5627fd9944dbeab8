import type { Credentials } from '../../system/shared/contracts/index.js';

const LONGEST = 8_192;
const BEARER = new RegExp(`^Bearer +([\\x21-\\x7e]{1,${LONGEST}})$`, 'i');

/** Header of API keys that do not travel as a bearer token. */
export const API_KEY_HEADER = 'x-polity-api-key';

const MALFORMED = 'malformed';

/** Reads the credentials of headers or of WebSocket connection parameters. What is malformed stays a credential that fails. */
export function credentialsOf(source: { readonly authorization?: unknown; readonly apiKey?: unknown }): Credentials {
  const authorization = given(source.authorization);
  return { bearer: authorization === undefined ? undefined : bearerOf(authorization), apiKey: given(source.apiKey) };
}

// As nearly all clients write it; what follows is either a token that verifies or one that does not.
function bearerOf(authorization: string): string {
  const isUsual = authorization.length > 7 && authorization.length <= 7 + LONGEST && authorization.startsWith('Bearer ') && authorization.indexOf(' ', 7) < 0;
  if (isUsual) return authorization.slice(7);
  return BEARER.exec(authorization)?.[1] ?? MALFORMED;
}

function given(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : MALFORMED;
}
