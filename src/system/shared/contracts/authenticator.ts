import { createServiceRef } from '../../../kernel/services/index.js';
import type { Caller } from './caller.js';

/** Credentials as a transport found them. */
export interface Credentials {
  /** Token of `Authorization: Bearer …` (access token, OIDC token, or API key). */
  readonly bearer?: string;
  /** Value of `X-Polity-API-Key`. */
  readonly apiKey?: string;
}

/** Turns credentials into a verified caller. */
export interface Authenticator {
  /**
   * No credentials give the anonymous caller.
   * @throws PolityError `UNAUTHENTICATED` for a token that is malformed, expired, ended, foreign or unlinked.
   */
  authenticate(credentials: Credentials, now: number): Promise<Caller>;
  /** Reads the caller again: the same object while nothing changed, another one when rights changed, undefined when it ended. */
  refresh(caller: Caller, now: number): Promise<Caller | undefined>;
  /**
   * The same from what this node holds while the revision feed is heard, without a statement: the caller itself, at once, when it is known to
   * stand as it is. For those who hold on to a caller and ask often.
   */
  current(caller: Caller, now: number): Caller | Promise<Caller | undefined>;
  /**
   * Resolves when {@link current} knows every change that was committed before the call.
   * @throws PolityError `SERVICE_UNAVAILABLE` when the changes cannot be read.
   */
  settled(): Promise<void>;
  /** Calls back when a caller with this key may have changed (rights, session, key, user). Gives the function that stops it. */
  onChange(listener: (affects: (caller: Caller) => boolean) => void): () => void;
}

/** Provided by the control plane. */
export const authenticatorRef = createServiceRef<Authenticator>({ id: 'admin.authenticator', scope: 'process' });
