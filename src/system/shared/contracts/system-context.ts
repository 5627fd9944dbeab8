import { newId } from '../../../kernel/ids/index.js';
import type { ServiceScope } from '../../../kernel/services/index.js';
import { SYSTEM } from './caller.js';
import type { RequestContext } from './request-context.js';

/** Context of work that the server does by itself: start-up, sweeps, the command line. Every audit event of it names the system. */
export function systemContext(services: ServiceScope, now: number): RequestContext {
  return { request: { id: newId('req'), now }, caller: SYSTEM, services };
}
