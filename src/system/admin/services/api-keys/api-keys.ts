import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { Database } from '../../../../persistence/index.js';
import { assertReach, covers, reach, type Caller, type CallerGrants, type KernelStatus, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';
import { assertVersion, checkedMetadata, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput } from '../../../shared/services/index.js';
import { ApiKeyEntity, type ApiKeyRow } from '../../entities/api-key.js';
import { assertMayDelegate } from '../grants/delegation.js';
import { readPlace, storedPlace } from '../grants/granted-place.js';
import { settledCaller } from '../grants/settled-caller.js';
import { assertMayActAs } from './api-key-member.js';
import { findApiKeys, listApiKeys, type ApiKeyFilter } from './api-key-queries.js';
import type { ApiKeySecrets } from './api-key-secrets.js';
import { assertApiKeyShape, checkedPermissionKeys, overlapMs, type ApiKeyShape } from './api-key-shape.js';
import { newApiKeyToken } from './api-key-token.js';

const CONSTRAINTS = {
  api_keys_name_check: { code: 'VALIDATION_FAILED', message: 'A name has 1 to 200 characters.', path: ['input', 'name'] },
  api_keys_revoked_reason_check: { code: 'VALIDATION_FAILED', message: 'A reason has at most 500 characters.', path: ['input', 'reason'] },
} as const;

/** Result fields that are shown once. */
const SECRETS = ['secret'] as const;

/** Input of {@link ApiKeys.create}. */
export interface CreateApiKey extends ApiKeyShape {
  readonly id?: string | null;
  readonly name: string;
  readonly permissionKeys: readonly string[];
  readonly metadata?: unknown;
}

/** A key to act on. */
export interface ApiKeyById {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

type Result<More extends object = object> = Promise<MutationResult<{ apiKey: ApiKeyRow } & More>>;

/** What {@link ApiKeys} runs on. */
export interface ApiKeysOptions {
  readonly database: Database;
  readonly mutations: Mutations;
  readonly callerGrants: CallerGrants;
  readonly kernel: KernelStatus;
  readonly secrets: ApiKeySecrets;
}

/** Credentials of machines: made within the rights of their maker, shown once, rotated with overlap. */
export class ApiKeys {
  constructor(private readonly options: ApiKeysOptions) {}

  /** Keys within the caller's reach, newest first. */
  list(context: RequestContext, filter: ApiKeyFilter, page: PageInput): Promise<ListPage<ApiKeyRow>> {
    return listApiKeys(this.options.database, context, filter, page);
  }

  /** Keys by id, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(ApiKeyRow | undefined)[]> {
    const found = new Map((await findApiKeys(this.options.database, context, ids)).map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  /** Makes a key. Its plaintext is in the answer and nowhere else. */
  async create(context: RequestContext, input: CreateApiKey): Result<{ secret: string }> {
    const { mutations, callerGrants, kernel, secrets } = this.options;
    const id = input.id ?? newId('ak');
    const secret = newApiKeyToken(id);
    // The keyring has its own connections: asked for inside the transaction, it could wait for one that waits for us.
    const hashed = await secrets.hash(secret);
    return mutations.run(context, { name: 'createApiKey', constraints: CONSTRAINTS, secrets: SECRETS }, input, async (scope) => {
      const { transaction } = scope;
      const { now } = context.request;
      assertSuppliedId('ApiKey', id);
      assertApiKeyShape(input, now);
      const permissionKeys = checkedPermissionKeys(input.permissionKeys, kernel);
      const caller = await settledCaller(transaction, context, callerGrants);
      const { spaceId, groupId, target } = await readPlace(transaction, caller, input, ['api_keys:read', 'api_keys:create'], now);
      assertMayDelegate(caller, 'api_keys:create', permissionKeys, target, now);
      await assertMayActAs(transaction, caller, spaceId, input.memberId, now);
      const apiKey = transaction.em.create(ApiKeyEntity, {
        id,
        name: input.name,
        level: input.level,
        spaceId,
        groupId,
        memberId: input.memberId ?? null,
        permissionKeys,
        expiresAt: input.expiresAt ?? null,
        createdByUserId: context.caller.userId ?? null,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      await transaction.em.flush();
      await secrets.add(transaction, id, hashed);
      scope.audit({
        type: 'api_key.created',
        ...subject(apiKey),
        changes: {
          level: [null, input.level], permissionKeys: [null, permissionKeys], memberId: [null, apiKey.memberId ?? null],
          expiresAt: [null, input.expiresAt?.toISOString() ?? null],
        },
      });
      return { apiKey, secret };
    });
  }

  /**
   * Gives a key a new secret; the old one stays valid until the overlap ends. Who rotates a key holds its secret afterwards, so it
   * needs every right of the key, as for making it.
   */
  async rotate(context: RequestContext, input: ApiKeyById & { readonly overlapSeconds?: number | null }): Result<{ secret: string; previousValidUntil: Date }> {
    const { secrets } = this.options;
    const secret = newApiKeyToken(input.id);
    const hashed = await secrets.hash(secret);
    return this.change(context, 'rotateApiKey', 'api_keys:manage', input, async (scope, apiKey, caller, target) => {
      const { now } = context.request;
      assertNotRevoked(apiKey);
      const previousValidUntil = new Date(now + overlapMs(input.overlapSeconds));
      assertMayDelegate(caller, 'api_keys:manage', apiKey.permissionKeys, target, now);
      await assertMayActAs(scope.transaction, caller, apiKey.spaceId ?? null, apiKey.memberId, now);
      await secrets.retire(scope.transaction, apiKey.id, previousValidUntil, new Date(now));
      await secrets.add(scope.transaction, apiKey.id, hashed);
      apiKey.secretsChangedAt = new Date(now);
      scope.audit({ type: 'api_key.rotated', ...subject(apiKey), details: { previousValidUntil: previousValidUntil.toISOString() } });
      return { apiKey, secret, previousValidUntil };
    });
  }

  disable(context: RequestContext, input: ApiKeyById): Result {
    return this.setStatus(context, 'disableApiKey', 'api_key.disabled', input, 'disabled');
  }

  restore(context: RequestContext, input: ApiKeyById): Result {
    return this.setStatus(context, 'restoreApiKey', 'api_key.restored', input, 'active');
  }

  /** Ends a key for good. */
  revoke(context: RequestContext, input: ApiKeyById & { readonly reason?: string | null }): Result {
    return this.change(context, 'revokeApiKey', 'api_keys:revoke', input, async (scope, apiKey) => {
      if (apiKey.status === 'revoked') scope.unchanged();
      else {
        scope.audit({ type: 'api_key.revoked', ...subject(apiKey), changes: { status: [apiKey.status, 'revoked'] } });
        Object.assign(apiKey, { status: 'revoked', revokedAt: new Date(context.request.now), revokedReason: input.reason ?? null });
      }
      return { apiKey };
    });
  }

  private setStatus(context: RequestContext, name: string, type: string, input: ApiKeyById, status: 'active' | 'disabled'): Result {
    return this.change(context, name, 'api_keys:manage', input, async (scope, apiKey) => {
      if (apiKey.status === status) scope.unchanged();
      else {
        assertNotRevoked(apiKey);
        scope.audit({ type, ...subject(apiKey), changes: { status: [apiKey.status, status] } });
        apiKey.status = status;
      }
      return { apiKey };
    });
  }

  private change<More extends object>(
    context: RequestContext,
    name: string,
    key: string,
    input: ApiKeyById,
    work: (scope: MutationScope, apiKey: ApiKeyRow, caller: Caller, target: ReachTarget) => Promise<{ apiKey: ApiKeyRow } & More>,
  ): Result<More> {
    const { mutations, callerGrants } = this.options;
    return mutations.run(context, { name, constraints: CONSTRAINTS, secrets: SECRETS }, input, async (scope) => {
      const { now } = context.request;
      const caller = await settledCaller(scope.transaction, context, callerGrants);
      const apiKey = await scope.transaction.em.findOne(ApiKeyEntity, { id: input.id });
      const target = apiKey === null ? undefined : await storedPlace(scope.transaction, apiKey);
      const isKnown = target !== undefined && ['api_keys:read', key].some((held) => covers(reach(caller, held, now), target));
      if (apiKey === null || target === undefined || !isKnown) throw notFound('ApiKey', ['input', 'id']);
      assertReach(caller, key, target, now);
      assertVersion(apiKey, input.expectedVersion);
      return work(scope, apiKey, caller, target);
    });
  }
}

function assertNotRevoked(apiKey: ApiKeyRow): void {
  if (apiKey.status === 'revoked') throw invalid(['input', 'id'], 'A revoked key stays revoked; make a new one.');
}

function subject(apiKey: ApiKeyRow): { spaceId: string; groupId?: string; target: { type: string; id: string } } {
  return { spaceId: apiKey.spaceId ?? '', groupId: apiKey.groupId ?? undefined, target: { type: 'ApiKey', id: apiKey.id } };
}

/** The API keys of this instance. */
export const apiKeysRef = createServiceRef<ApiKeys>({ id: 'admin.api_keys', scope: 'process' });
