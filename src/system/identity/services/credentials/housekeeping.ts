import { createServiceRef, type ServiceScope } from '../../../../kernel/services/index.js';
import { sql, type Database, type Transaction } from '../../../../persistence/index.js';
import { systemContext, type AuditLog } from '../../../shared/contracts/index.js';
import type { CredentialSettings } from './credential-settings.js';
import { endSessions, type EndingScope } from './end-sessions.js';
import { GRACE_MS } from './session-refresh.js';
import type { SignInThrottle } from './sign-in-throttle.js';
import { forgetSuccessors, sweepTokens } from './token-sweep.js';

const MOST_SESSIONS = 500;
const DAY_MS = 86_400_000;

/** What one run did. */
export interface HousekeepingResult {
  readonly endedSessions: number;
  readonly deletedTokens: number;
  readonly deletedThrottles: number;
}

/** Ends what time has ended and removes what nobody can use any more. Every node may call it; one at a time does the work. */
export class CredentialHousekeeping {
  constructor(
    private readonly database: Database,
    private readonly audit: () => AuditLog,
    private readonly throttle: SignInThrottle,
    private readonly settings: CredentialSettings,
    private readonly services: ServiceScope,
  ) {}

  /** @param now - milliseconds since the epoch. @returns undefined when another node is at it */
  async run(now: number): Promise<HousekeepingResult | undefined> {
    return this.database.transaction(async (transaction) => {
      const [lock] = await transaction.query<{ taken: boolean }>(sql`SELECT pg_try_advisory_xact_lock(hashtext('polity.credential_housekeeping')) AS taken`);
      if (lock?.taken !== true) return undefined;
      return {
        endedSessions: await this.endSessions(transaction, now),
        deletedTokens: await this.cleanTokens(transaction, now),
        deletedThrottles: await this.throttle.sweep(transaction, now),
      };
    });
  }

  private async endSessions(transaction: Transaction, now: number): Promise<number> {
    const context = systemContext(this.services, now);
    const scope: EndingScope = { transaction, audit: (entry) => this.audit().record(transaction, context, entry) };
    const expired = await endSessions(scope, sql`s.id IN (
      SELECT id FROM sys_identity.sessions WHERE ended_at IS NULL AND expires_at <= ${new Date(now)} LIMIT ${MOST_SESSIONS})`, 'expired', now);
    const idle = await endSessions(scope, sql`s.id IN (
      SELECT id FROM sys_identity.sessions WHERE ended_at IS NULL AND last_used_at <= ${new Date(now - this.settings.sessionIdleMs)} LIMIT ${MOST_SESSIONS})`, 'idle', now);
    return expired.length + idle.length;
  }

  // For a day a token of an ended session still says that its session is over, not that it is unknown.
  private async cleanTokens(transaction: Transaction, now: number): Promise<number> {
    await transaction.query(forgetSuccessors(new Date(now - GRACE_MS)));
    return sweepTokens(transaction, new Date(now - DAY_MS));
  }
}

/** Sweeps of credentials. */
export const credentialHousekeepingRef = createServiceRef<CredentialHousekeeping>({ id: 'identity.credential_housekeeping', scope: 'process' });
