import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { HeldKey, Keyring, PublishedKeys } from '../../../shared/contracts/index.js';
import type { DecidedQuestion } from '../decision-record.js';
import { receiptClaims } from './receipt-claims.js';
import { RECEIPT_ALGORITHM, RECEIPT_PURPOSE, RECEIPT_TYPE } from './receipt-profile.js';
import type { StoredRules } from './stored-rules.js';

/** What {@link Receipts} run on. */
export interface ReceiptParts {
  readonly keyring: () => Keyring;
  /** Value of `iss`; asked for late, because another capability knows it. */
  readonly issuer: () => string;
  readonly rules: Pick<StoredRules, 'hash'>;
}

/** Signs receipts of decisions, with a key of their own purpose. They have no end, so no key of theirs is ever taken back. */
export class Receipts implements PublishedKeys {
  private readonly privateKeys = new WeakMap<HeldKey, KeyObject>();

  constructor(private readonly parts: ReceiptParts) {}

  /**
   * The receipt of a decision: a JWS in its compact form.
   *
   * @param decidedAt - clock of the request in milliseconds since the epoch
   */
  async sign(decided: DecidedQuestion, auditEventId: string | undefined, decidedAt: number): Promise<string> {
    const { question, mode, facts } = decided;
    const place = { spaceId: question.actor.spaceId, resourceType: question.resourceType, action: question.action };
    const modelHash = mode === 'inline' ? undefined : await this.parts.rules.hash(place, facts.revision);
    const claims = receiptClaims(decided, { issuer: this.parts.issuer(), decidedAt, auditEventId, modelHash });
    const key = await this.parts.keyring().current(RECEIPT_PURPOSE);
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: RECEIPT_ALGORITHM, typ: RECEIPT_TYPE, kid: key.kid }).sign(this.privateKeyOf(key));
  }

  /** Public halves of every key that signed receipts, each with its purpose. */
  async publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const held = await this.parts.keyring().accepted(RECEIPT_PURPOSE);
    return held.map(({ kid, publicJwk }) => ({ kty: 'OKP', crv: 'Ed25519', x: publicJwk?.['x'], kid, alg: RECEIPT_ALGORITHM, use: 'sig', purpose: RECEIPT_PURPOSE }));
  }

  private privateKeyOf(key: HeldKey): KeyObject {
    const known = this.privateKeys.get(key);
    if (known !== undefined) return known;
    const { x } = key.publicJwk as { x: string };
    const made = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(key.secret).toString('base64url') } });
    this.privateKeys.set(key, made);
    return made;
  }
}

export const receiptsRef = createServiceRef<Receipts>({ id: 'authorization.receipts', scope: 'process' });
