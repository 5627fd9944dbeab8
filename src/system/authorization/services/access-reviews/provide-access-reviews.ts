import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import { databaseRef, jwksRef, keyringRef } from '../../../shared/contracts/index.js';
import { InstanceSigner, mutationsRef } from '../../../shared/services/index.js';
import { memberRolesRef } from '../member-roles.js';
import { AccessReviewDecisions, accessReviewDecisionsRef } from './access-review-decisions.js';
import { AccessReviewQueries, accessReviewQueriesRef } from './access-review-queries.js';
import { AccessReviews, accessReviewsRef } from './access-reviews.js';
import { AssignmentUses, assignmentUsesRef } from './assignment-uses.js';
import { ClosingAccessReviews, closingAccessReviewsRef } from './closing-access-reviews.js';
import { ReviewResults, reviewResultsRef } from './review-result.js';
import { UnusedGrants, unusedGrantsRef } from './unused-grants.js';

/** Provides reviews of access. */
export function provideAccessReviews({ provide }: Pick<CapabilityRegistration, 'provide'>): void {
  provide(assignmentUsesRef, (services) => new AssignmentUses(services.get(databaseRef)));
  provide(unusedGrantsRef, (services) => new UnusedGrants(services.get(databaseRef), services.get(assignmentUsesRef)));
  provide(accessReviewsRef, (services) => new AccessReviews(services.get(mutationsRef), services.get(assignmentUsesRef)));
  provide(accessReviewQueriesRef, (services) => new AccessReviewQueries(services.get(databaseRef)));
  provide(accessReviewDecisionsRef, (services) => new AccessReviewDecisions(services.get(mutationsRef), services.get(accessReviewQueriesRef)));
  provide(reviewResultsRef, (services) => new ReviewResults(new InstanceSigner(() => services.get(keyringRef)), () => services.get(jwksRef).issuer));
  provide(closingAccessReviewsRef, (services) => new ClosingAccessReviews(services.get(mutationsRef), services.get(memberRolesRef), services.get(reviewResultsRef)));
}
