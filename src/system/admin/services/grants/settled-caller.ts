import type { Transaction } from '../../../../persistence/index.js';
import type { Caller, CallerGrants, RequestContext } from '../../../shared/contracts/index.js';
import { lockRights } from '../authentication/caller-grants.js';

/**
 * The caller with the rights of this very moment, which nobody can change before the transaction ends. What changes rights is decided
 * on them and not decided again at the end: by then the change itself is among the facts, such as the revocation of one's own grant.
 */
export async function settledCaller(transaction: Transaction, context: RequestContext, callerGrants: CallerGrants): Promise<Caller> {
  await lockRights(transaction);
  return { ...context.caller, grants: await callerGrants.read(transaction, context.caller, context.request.now) };
}
