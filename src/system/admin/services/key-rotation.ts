import { PolityError } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { isSuperAdmin, type CallerGrants, type InstanceKeyPurpose, type Keyring, type RequestContext } from '../../shared/contracts/index.js';
import type { MutationResult, Mutations } from '../../shared/services/index.js';
import { settledCaller } from './grants/settled-caller.js';

type Result = Promise<MutationResult<{ kid: string }>>;

/** Rotation of the keys that the instance holds. What was made with an old key stays valid: tokens to their end, secrets until they are rotated. */
export class KeyRotation {
  constructor(
    private readonly mutations: Mutations,
    private readonly keyring: Keyring,
    private readonly callerGrants: CallerGrants,
  ) {}

  /** New key for access tokens; the old one is published until its last token has ended. */
  rotateSigningKey(context: RequestContext, input: object): Result {
    return this.rotate(context, 'rotateSigningKey', 'token_signing', input);
  }

  /** New key for receipts of decisions; the old one is published for ever, because receipts have no end. */
  rotateReceiptKey(context: RequestContext, input: object): Result {
    return this.rotate(context, 'rotateReceiptKey', 'decision_receipt', input);
  }

  /** New key for results of access reviews; the old one is published for ever, because results have no end. */
  rotateReviewKey(context: RequestContext, input: object): Result {
    return this.rotate(context, 'rotateReviewKey', 'review_signing', input);
  }

  /** New key for the hashes of API-key secrets made from now on. */
  rotateApiKeyHmacKey(context: RequestContext, input: object): Result {
    return this.rotate(context, 'rotateApiKeyHmacKey', 'api_key', input);
  }

  private rotate(context: RequestContext, name: string, purpose: InstanceKeyPurpose, input: object): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const caller = await settledCaller(scope.transaction, context, this.callerGrants);
      scope.require('keys:rotate', {});
      if (!isSuperAdmin(caller)) {
        throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'Only a super admin rotates keys.', { details: { permission: 'keys:rotate' } });
      }
      const kid = await this.keyring.rotate(purpose, scope.transaction);
      scope.audit({ type: 'key.rotated', spaceId: '', target: { type: 'Key', id: kid }, details: { purpose } });
      return { kid };
    });
  }
}

export const keyRotationRef = createServiceRef<KeyRotation>({ id: 'admin.key_rotation', scope: 'process' });
