import type { ClientCredentials } from '../client-options.js';
import { isPolityClientError, PolityClientError } from '../errors/index.js';

const VISIBLE = /^[\x21-\x7e]{1,8192}$/;

/** A credential as the server takes it: an API key, or a bearer token. */
export type PresentedCredential = { readonly apiKey: string } | { readonly bearer: string };

/** Gives the credential for each call and each connection. It holds the secret where no log and no error can see it. */
export class CredentialSource {
  readonly #credentials: ClientCredentials | undefined;

  /** @throws TypeError for a key or token that no header can carry; the message does not show it */
  constructor(credentials: ClientCredentials | undefined) {
    this.#credentials = credentials;
    if (credentials === undefined) return;
    const fixed = 'apiKey' in credentials ? credentials.apiKey : credentials.accessToken;
    if (typeof fixed !== 'function' && !isPresentable(fixed)) throw new TypeError('credentials must be visible ASCII characters without spaces');
  }

  /** Whether the next credential may be another one than the last. */
  get isRenewable(): boolean {
    return this.#credentials !== undefined && 'accessToken' in this.#credentials && typeof this.#credentials.accessToken === 'function';
  }

  /** @throws PolityClientError `CREDENTIALS_UNAVAILABLE` when the function that gives the access token fails */
  async present(): Promise<PresentedCredential | undefined> {
    const credentials = this.#credentials;
    if (credentials === undefined) return undefined;
    if ('apiKey' in credentials) return { apiKey: credentials.apiKey };
    if (typeof credentials.accessToken !== 'function') return { bearer: credentials.accessToken };
    let token: unknown;
    try {
      token = await credentials.accessToken();
    } catch (cause) {
      if (isPolityClientError(cause)) throw cause;
      throw new PolityClientError({ code: 'CREDENTIALS_UNAVAILABLE', kind: 'unauthenticated', message: 'The function that gives the access token failed.', cause });
    }
    if (isPresentable(token)) return { bearer: token };
    throw new PolityClientError({ code: 'CREDENTIALS_UNAVAILABLE', kind: 'unauthenticated', message: 'The function that gives the access token gave none.' });
  }
}

/** Headers of an HTTP call. */
export function headersOf(credential: PresentedCredential | undefined): Record<string, string> {
  if (credential === undefined) return {};
  return 'apiKey' in credential ? { 'x-polity-api-key': credential.apiKey } : { authorization: `Bearer ${credential.bearer}` };
}

/** Connection parameters of a WebSocket, which browsers allow no headers. */
export function connectionParamsOf(credential: PresentedCredential | undefined): Record<string, string> {
  if (credential === undefined) return {};
  return 'apiKey' in credential ? { apiKey: credential.apiKey } : { authorization: `Bearer ${credential.bearer}` };
}

function isPresentable(value: unknown): value is string {
  return typeof value === 'string' && VISIBLE.test(value);
}
