import { PolityError } from '../../../kernel/errors/index.js';
import { authenticatorRef, type RequestContext } from '../../shared/contracts/index.js';
import type { CheckInput } from './check-input.js';
import { decodeRevision } from './revision-token.js';

/**
 * The context with a caller that is no older than the newest revision which the questions name. A node may hold a caller for a moment
 * after its credential or its rights were taken at another one; who asks with the revision of that change is not answered on them.
 *
 * @param path - where each question stands in the input
 * @throws PolityError `UNAUTHENTICATED` when the caller has ended, `VALIDATION_FAILED` for a revision that no decision gave
 */
export async function withAskingCaller(context: RequestContext, inputs: readonly Pick<CheckInput, 'atLeast'>[], path: (index: number) => (string | number)[]): Promise<RequestContext> {
  const wanted = inputs.map(({ atLeast }, index) => (atLeast === undefined || atLeast === null ? 0 : decodeRevision(atLeast, '', [...path(index), 'atLeast']).instance));
  if (wanted.every((instance) => instance <= context.caller.revision) || context.caller.kind === 'system') return context;
  const caller = await context.services.get(authenticatorRef).refresh(context.caller, context.request.now);
  if (caller === undefined) throw new PolityError('UNAUTHENTICATED', 'The credential has ended.');
  return caller === context.caller ? context : { ...context, caller };
}
