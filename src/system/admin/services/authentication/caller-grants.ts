import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { SYSTEM, type Caller, type CallerGrant, type CallerGrants } from '../../../shared/contracts/index.js';
import type { SessionLimits } from './caller-reading.js';
import { readApiKey } from './read-api-key.js';
import { readPerson } from './read-person.js';

/** Rights of a verified caller as they are now, read by whoever holds the lock that decides. */
export class CallerGrantsService implements CallerGrants {
  constructor(private readonly limits: SessionLimits) {}

  async read(executor: SqlExecutor, caller: Caller, now: number): Promise<readonly CallerGrant[]> {
    switch (caller.kind) {
      case 'system':
        return SYSTEM.grants;
      case 'api_key':
        return (await readApiKey(executor, caller.credentialId ?? '', now)).reading?.caller.grants ?? [];
      case 'session':
      case 'oidc':
        return caller.userId === undefined ? [] : this.readPerson(executor, caller, caller.userId, now);
      default:
        return [];
    }
  }

  // The request that asks is a use of its session, so it cannot have gone idle since it was let in.
  private async readPerson(executor: SqlExecutor, caller: Caller, userId: string, now: number): Promise<readonly CallerGrant[]> {
    const { issuer, credentialId, expiresAt } = caller;
    const kind = caller.kind === 'oidc' ? 'oidc' : 'session';
    const reading = await readPerson(executor, { kind, userId, sessionId: credentialId, issuer, expiresAt: expiresAt ?? Infinity, lastUse: now }, this.limits, now);
    return reading?.caller.grants ?? [];
  }
}

/** Locks the rights of everybody for the rest of a transaction: the instance's revision is raised now instead of at its end. */
export async function lockRights(executor: SqlExecutor): Promise<void> {
  await executor.query(sql`SELECT sys_authz.bump('')`);
}
