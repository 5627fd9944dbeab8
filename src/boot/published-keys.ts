import type { ServiceScope } from '../kernel/services/index.js';
import { reviewResultsRef } from '../system/authorization/services/access-reviews/review-result.js';
import { receiptsRef } from '../system/authorization/services/receipts/receipts.js';
import { jwksRef } from '../system/shared/contracts/index.js';

/** The key set of the instance: keys of access tokens, and those of its other signed texts, which name their purpose. */
export async function publishedKeys(services: ServiceScope): Promise<{ readonly keys: readonly object[] }> {
  const [{ keys }, receipts, reviews] = await Promise.all([
    services.get(jwksRef).jwks(), services.get(receiptsRef).publicKeys(), services.get(reviewResultsRef).publicKeys(),
  ]);
  return { keys: [...keys, ...receipts, ...reviews] };
}
