import { createServiceRef } from '../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../persistence/index.js';
import type { Caller, CallerGrant } from './caller.js';

/** Reads the control-plane rights of a caller as they are now; used at sign-in and again under the lock of a write. */
export interface CallerGrants {
  /** Gives no grants when the caller's user, session, member or key is not usable any more. */
  read(executor: SqlExecutor, caller: Caller, now: number): Promise<readonly CallerGrant[]>;
}

/** Provided by the control plane. */
export const callerGrantsRef = createServiceRef<CallerGrants>({ id: 'admin.caller_grants', scope: 'process' });
