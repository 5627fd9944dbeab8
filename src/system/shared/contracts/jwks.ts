import { createServiceRef } from '../../../kernel/services/index.js';

/** Public keys of access tokens, for those who verify tokens without asking us. */
export interface Jwks {
  /** Value of `iss` in our tokens: the public URL, else `http://HOST:PORT`. */
  readonly issuer: string;
  /** JSON Web Key Set (RFC 7517): the current key and retired ones whose tokens may still be valid, newest first. Never private parts. */
  jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

/** Public halves of keys that sign other texts than tokens; each names its purpose, so that no text of one passes for another. */
export interface PublishedKeys {
  publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Provided by identity; the transport serves it at `/.well-known/jwks.json`, with the {@link PublishedKeys}. */
export const jwksRef = createServiceRef<Jwks>({ id: 'identity.jwks', scope: 'process' });
