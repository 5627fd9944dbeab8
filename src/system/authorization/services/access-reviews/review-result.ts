import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { PublishedKeys } from '../../../shared/contracts/index.js';
import type { InstanceSigner } from '../../../shared/services/index.js';
import type { AccessReviewRow } from '../../entities/access-review.js';
import { encodeRevision } from '../revision-token.js';

/** `typ` of signed reviews, so that no other signed text of the instance passes for one. */
const TYPE = 'access-review+json';

/** Purpose of the keys, in the keyring and in the published key set. */
const PURPOSE = 'review_signing';

const STATEMENT = 'Every assignment of the Space that was in force at the revision and matches the filter is among the outcomes, once; none was added or left out since.';

/** What became of one item. */
export interface ItemResult {
  readonly id: string;
  readonly memberRoleId: string;
  readonly isOrphan: boolean;
  readonly outcome: 'keep' | 'revoke';
  /** Undefined where the policy of the review decided. */
  readonly decidedByUserId: string | undefined;
  readonly decidedAt: Date | undefined;
  readonly result: 'kept' | 'revoked' | 'changed';
}

/** Who closes a review, and when. */
export interface Closing {
  readonly at: Date;
  readonly by: { readonly kind: string; readonly id: string | null };
}

/** A signed review. */
export interface SignedReview {
  /** JWS in its compact form. */
  readonly jws: string;
  /** SHA-256 of the signed payload, in hexadecimal digits. */
  readonly sha256: string;
  readonly kid: string;
}

/** Signs results of reviews, with a key of their own purpose. They have no end, so no key of theirs is ever taken back. */
export class ReviewResults implements PublishedKeys {
  constructor(
    private readonly signer: InstanceSigner,
    /** Value of `iss`; asked for late, because another capability knows it. */
    private readonly issuer: () => string,
  ) {}

  async sign(review: AccessReviewRow, results: readonly ItemResult[], closing: Closing): Promise<SignedReview> {
    const payload = canonicalJson(statementOf(this.issuer(), review, results, closing));
    return { ...(await this.signer.signBytes(PURPOSE, TYPE, payload)), sha256: Buffer.from(sha256(payload)).toString('hex') };
  }

  publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.signer.publicKeys(PURPOSE);
  }
}

/** What is signed: plain JSON values, in the words of the API. */
function statementOf(issuer: string, review: AccessReviewRow, results: readonly ItemResult[], closing: Closing): object {
  const { id, spaceId, name, groupId, roleIds, undecided, dueAt, createdAt, createdByUserId, spaceRev: space, instanceRev: instance } = review;
  const numberOf = (result: ItemResult['result']): number => results.filter((each) => each.result === result).length;
  return {
    iss: issuer,
    version: 1,
    review: {
      id, spaceId, name, groupId: groupId ?? null, roleIds: [...roleIds], undecided: undecided.toUpperCase(), dueAt: dueAt.toISOString(),
      createdAt: createdAt.toISOString(), createdByUserId: createdByUserId ?? null, closedAt: closing.at.toISOString(), closedBy: { ...closing.by },
    },
    population: {
      revision: encodeRevision(spaceId, { space, instance }), spaceRevision: space, instanceRevision: instance, count: review.population,
      itemsSha256: review.itemsSha256, complete: true, statement: STATEMENT,
    },
    counts: { kept: numberOf('kept'), revoked: numberOf('revoked'), changed: numberOf('changed'), orphans: review.orphans },
    orphans: results.filter(({ isOrphan }) => isOrphan).map((item) => item.id),
    outcomes: results.map((item) => ({
      id: item.id, memberRoleId: item.memberRoleId, outcome: item.outcome.toUpperCase(), decidedBy: item.decidedByUserId === undefined ? 'POLICY' : 'REVIEWER',
      decidedByUserId: item.decidedByUserId ?? null, decidedAt: item.decidedAt?.toISOString() ?? null, result: item.result.toUpperCase(),
    })),
  };
}

/** Signed reviews of this instance. */
export const reviewResultsRef = createServiceRef<ReviewResults>({ id: 'authorization.review_results', scope: 'process' });
