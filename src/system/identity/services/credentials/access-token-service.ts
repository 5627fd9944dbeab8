import { decodeJwt, decodeProtectedHeader } from 'jose';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { AccessTokens, VerifiedToken } from '../../../shared/contracts/index.js';
import type { NativeTokens } from './native-tokens.js';
import type { OidcTokens } from './oidc-tokens.js';
import { tokenRefusal } from './token-refusal.js';

const MOST_CACHED = 10_000;
const LONGEST_TOKEN = 16_384;
/** A node whose revision feed has been silent for this long does not trust what it remembers of links. */
const MOST_SILENT_MS = 1_000;

interface Remembered {
  readonly verified: VerifiedToken;
  /** Signing key of a native token. */
  readonly kid?: string;
}

/** The part of the revision feed that is needed here. */
export interface LinkFeed {
  subscribe(listener: (changes: readonly { readonly kind: string }[] | undefined) => void): () => void;
  silentForMs(): number;
}

/**
 * Verifies bearer tokens. What was verified is remembered by the whole token until its expiry, the removal of its signing key, or any
 * change of linked identities. Whether the session or the User still lives is asked elsewhere.
 */
export class AccessTokenService implements AccessTokens {
  private readonly remembered = new Map<string, Remembered>();
  private generation = 0;

  constructor(
    private readonly native: NativeTokens,
    private readonly oidc: OidcTokens,
    private readonly database: SqlExecutor,
    private readonly feed: LinkFeed,
  ) {
    feed.subscribe((changes) => {
      if (changes === undefined || changes.some(({ kind }) => kind === 'external_identity')) this.forgetForeign();
    });
  }

  async verify(token: string, now: number): Promise<VerifiedToken> {
    const known = this.remembered.get(token);
    if (known !== undefined && (await this.stillGood(known, now))) return known.verified;
    this.remembered.delete(token);
    if (token.length > LONGEST_TOKEN) throw tokenRefusal();
    const { generation } = this;
    const { issuer, kid } = claims(token);
    const fresh = issuer === this.native.issuer ? { verified: await this.native.verify(token, kid, now), kid } : { verified: await this.foreign(token, issuer, now) };
    // A link that changed while it was read may have been read too early.
    if (generation === this.generation) this.remember(token, fresh);
    return fresh.verified;
  }

  private async stillGood({ verified, kid }: Remembered, now: number): Promise<boolean> {
    if (verified.expiresAt <= now) return false;
    return kid === undefined ? this.feed.silentForMs() <= MOST_SILENT_MS : this.native.accepts(kid, now);
  }

  private async foreign(token: string, issuer: string, now: number): Promise<VerifiedToken> {
    const identity = await this.oidc.verify(token, issuer, now);
    const [link] = await this.database.query<{ userId: string }>(sql`
      SELECT user_id AS "userId" FROM sys_identity.external_identities WHERE issuer = ${identity.issuer} AND subject = ${identity.subject}`);
    if (link === undefined) throw tokenRefusal();
    return { kind: 'oidc', userId: link.userId, issuer: identity.issuer, expiresAt: identity.expiresAt };
  }

  private remember(token: string, entry: Remembered): void {
    this.remembered.set(token, entry);
    if (this.remembered.size <= MOST_CACHED) return;
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined) this.remembered.delete(oldest);
  }

  private forgetForeign(): void {
    this.generation += 1;
    for (const [token, { verified }] of this.remembered) if (verified.kind === 'oidc') this.remembered.delete(token);
  }
}

// Read without trust: it only chooses who verifies, and by which key.
function claims(token: string): { issuer: string; kid: string | undefined } {
  try {
    const { iss } = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    if (typeof iss === 'string') return { issuer: iss, kid };
  } catch (cause) {
    throw tokenRefusal(cause);
  }
  throw tokenRefusal();
}
