import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Passwords, RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations } from '../../../shared/services/index.js';
import type { ApiKeySecrets } from '../api-keys/api-key-secrets.js';
import { newApiKeyToken } from '../api-keys/api-key-token.js';
import { insertDemoObjects, type DemoObjects } from './demo-objects.js';
import { demoPresent } from './demo-presence.js';
import { generatePassword, insertAccount, prepareAccount } from './new-account.js';
import { findSuperAdmin, insertSuperAdmin, lockSetup } from './super-admins.js';

const EMAIL = 'admin@demo.localhost';

/** Everything about a new demo, the secrets among it; for `demo.json` and the terminal, never for the log. */
export interface Demo extends DemoObjects {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly adminGrantId: string;
  readonly apiKeyId: string;
  /** Plaintext of an API key of the demo Space that may ask for decisions (authz:check). */
  readonly apiKey: string;
}

/** What a removal ended. */
export interface RemovedDemo {
  readonly userIds: readonly string[];
  readonly spaceIds: readonly string[];
  readonly revokedGrants: number;
  readonly revokedApiKeys: number;
}

/** What {@link DemoSetup} runs on. */
export interface DemoSetupOptions {
  readonly database: SqlExecutor;
  readonly mutations: Mutations;
  readonly secrets: ApiKeySecrets;
  /** Asked for late: made by another capability. */
  readonly passwords: () => Passwords;
  readonly deletionWaitMs: number;
  readonly passwordMinLength: number;
}

/** The demo of a first start: made once on an empty instance, removed for good. Called by start-up and the command line. */
export class DemoSetup {
  constructor(private readonly options: DemoSetupOptions) {}

  /** Whether the demo's administrator can still sign in. */
  demoPresent(): Promise<boolean> {
    return demoPresent(this.options.database);
  }

  /** Makes the demo; undefined when the instance has a super admin already and is none of ours to fill. */
  async createDemo(context: RequestContext): Promise<Demo | undefined> {
    const password = generatePassword(this.options.passwordMinLength);
    const account = await prepareAccount(this.options.passwords(), { email: EMAIL, password, displayName: 'Demo Admin' });
    const apiKeyId = newId('ak');
    const apiKey = newApiKeyToken(apiKeyId);
    const hashed = await this.options.secrets.hash(apiKey);
    const result = await this.options.mutations.run<{ demo: Demo | undefined }>(context, { name: 'createDemo' }, {}, async (scope) => {
      const { transaction } = scope;
      await lockSetup(transaction);
      if ((await findSuperAdmin(transaction)) !== undefined) {
        scope.unchanged();
        return { demo: undefined };
      }
      await insertAccount(transaction, this.options.passwords(), account, context.request.now, true);
      const { userId } = account;
      const adminGrantId = await insertSuperAdmin(transaction, userId);
      const objects = await insertDemoObjects(transaction, userId);
      await transaction.query(sql`
        INSERT INTO sys_admin.api_keys (id, name, level, space_id, permission_keys, created_by_user_id)
        VALUES (${apiKeyId}, 'Demo backend', 'space', ${objects.spaceId}, ARRAY['authz:check'], ${userId})`);
      await this.options.secrets.add(transaction, apiKeyId, hashed);
      transaction.touch('', objects.spaceId);
      scope.audit({ type: 'demo.created', spaceId: '', target: { type: 'Space', id: objects.spaceId }, details: { userId, adminGrantId, apiKeyId } });
      return { demo: { ...objects, userId, email: EMAIL, password, adminGrantId, apiKeyId, apiKey } };
    });
    return result.demo;
  }

  /**
   * Ends the demo: its User is disabled and signed out, its rights and the keys of its Space are revoked, its Space waits for its
   * deletion. Answers `LAST_SUPER_ADMIN` and changes nothing when there would be no super admin left.
   */
  async removeDemo(context: RequestContext): Promise<MutationResult<RemovedDemo>> {
    const { mutations, deletionWaitMs } = this.options;
    return mutations.run(context, { name: 'removeDemo' }, {}, async (scope) => {
      const { transaction } = scope;
      const now = new Date(context.request.now);
      await lockSetup(transaction);
      const userIds = idsOf(await transaction.query(sql`
        UPDATE sys_identity.users SET status = 'disabled', version = version + 1, updated_at = ${now} WHERE is_demo AND status = 'active' RETURNING id`));
      const sessions = await transaction.query<{ id: string; userId: string }>(sql`
        UPDATE sys_identity.sessions SET ended_at = greatest(${now}, created_at), ended_reason = 'user_disabled'
        WHERE ended_at IS NULL AND user_id IN (SELECT id FROM sys_identity.users WHERE is_demo) RETURNING id, user_id AS "userId"`);
      const grants = await transaction.query(sql`
        UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = ${now}, revoked_reason = 'demo removed', version = version + 1, updated_at = ${now}
        WHERE status = 'active' AND user_id IN (SELECT id FROM sys_identity.users WHERE is_demo) RETURNING id`);
      const keys = await transaction.query(sql`
        UPDATE sys_admin.api_keys SET status = 'revoked', revoked_at = ${now}, revoked_reason = 'demo removed', version = version + 1, updated_at = ${now}
        WHERE status <> 'revoked' AND (space_id IN (SELECT id FROM sys_identity.spaces WHERE is_demo)
          OR created_by_user_id IN (SELECT id FROM sys_identity.users WHERE is_demo)) RETURNING id`);
      const spaceIds = idsOf(await transaction.query(sql`
        UPDATE sys_identity.spaces SET status = 'deleting', delete_after = ${new Date(now.getTime() + deletionWaitMs)}, version = version + 1, updated_at = ${now}
        WHERE is_demo AND status <> 'deleting' RETURNING id`));
      if (userIds.length + sessions.length + grants.length + keys.length + spaceIds.length === 0) scope.unchanged();
      else {
        transaction.touch('', ...spaceIds);
        scope.audit({ type: 'demo.removed', spaceId: '', target: { type: 'Instance', id: 'demo' }, details: { userIds, spaceIds, grants: idsOf(grants), apiKeys: idsOf(keys) } });
        for (const { id, userId } of sessions) scope.audit({ type: 'session.ended', spaceId: '', target: { type: 'Session', id }, details: { userId, reason: 'user_disabled' } });
      }
      return { userIds, spaceIds, revokedGrants: grants.length, revokedApiKeys: keys.length };
    });
  }
}

function idsOf(rows: readonly object[]): string[] {
  return (rows as readonly { id: string }[]).map(({ id }) => id);
}

export const demoSetupRef = createServiceRef<DemoSetup>({ id: 'admin.demo_setup', scope: 'process' });
