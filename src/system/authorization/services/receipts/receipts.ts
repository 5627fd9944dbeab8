import { createServiceRef } from '../../../../kernel/services/index.js';
import type { PublishedKeys } from '../../../shared/contracts/index.js';
import type { InstanceSigner } from '../../../shared/services/index.js';
import type { DecidedQuestion } from '../decision-record.js';
import { receiptClaims } from './receipt-claims.js';
import { RECEIPT_PURPOSE, RECEIPT_TYPE } from './receipt-profile.js';
import type { StoredRules } from './stored-rules.js';

/** What {@link Receipts} run on. */
export interface ReceiptParts {
  readonly signer: InstanceSigner;
  /** Value of `iss`; asked for late, because another capability knows it. */
  readonly issuer: () => string;
  readonly rules: Pick<StoredRules, 'hash'>;
}

/** Signs receipts of decisions, with a key of their own purpose. They have no end, so no key of theirs is ever taken back. */
export class Receipts implements PublishedKeys {
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
    return this.parts.signer.sign(RECEIPT_PURPOSE, RECEIPT_TYPE, receiptClaims(decided, { issuer: this.parts.issuer(), decidedAt, auditEventId, modelHash }));
  }

  publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.parts.signer.publicKeys(RECEIPT_PURPOSE);
  }
}

export const receiptsRef = createServiceRef<Receipts>({ id: 'authorization.receipts', scope: 'process' });
