import { invariant } from '../../kernel/errors/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';

const nobody = (): never => {
  invariant(false, 'Something asks for the caller of an execution that many callers share.');
};

/** The context of an execution that many callers share: whoever asks it for one fails. */
export const NO_CALLER: RequestContext = Object.freeze(Object.defineProperties({}, {
  request: { get: nobody }, caller: { get: nobody }, services: { get: nobody },
}) as RequestContext);
