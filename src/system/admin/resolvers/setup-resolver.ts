import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Public, RequiresPolicies, RequiresScopes } from '../../shared/resolvers/index.js';
import { keyRotationRef } from '../services/key-rotation.js';
import { firstAdminsRef } from '../services/setup/first-admin.js';
import {
  BootstrapSuperAdminInput, BootstrapSuperAdminPayload, RotateApiKeyHmacKeyPayload, RotateKeyInput, RotateReceiptKeyPayload, RotateReviewKeyPayload,
  RotateSigningKeyPayload,
} from './setup-types.js';

@Resolver()
export class SetupResolver {
  @Public()
  @Audited('admin.bootstrapped')
  @Mutation(() => BootstrapSuperAdminPayload, { nullable: true, description: 'Makes the first administrator with the one-time token of the settings; closed as soon as there is one.' })
  bootstrapSuperAdmin(@Arg('input', () => BootstrapSuperAdminInput, { description: 'Token and account.' }) input: BootstrapSuperAdminInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(firstAdminsRef).bootstrapByToken(context, input);
  }

  @RequiresScopes('keys:rotate')
  @RequiresPolicies('interactive_session')
  @Audited('key.rotated')
  @Mutation(() => RotateSigningKeyPayload, { nullable: true, description: 'Signs access tokens with a new key from now on. Super admins only, not with an API key.' })
  rotateSigningKey(@Arg('input', () => RotateKeyInput, { description: 'Nothing to say.' }) input: RotateKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(keyRotationRef).rotateSigningKey(context, input);
  }

  @RequiresScopes('keys:rotate')
  @RequiresPolicies('interactive_session')
  @Audited('key.rotated')
  @Mutation(() => RotateReceiptKeyPayload, { nullable: true, description: 'Signs receipts of decisions with a new key from now on; older receipts stay verifiable. Super admins only, not with an API key.' })
  rotateReceiptKey(@Arg('input', () => RotateKeyInput, { description: 'Nothing to say.' }) input: RotateKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(keyRotationRef).rotateReceiptKey(context, input);
  }

  @RequiresScopes('keys:rotate')
  @RequiresPolicies('interactive_session')
  @Audited('key.rotated')
  @Mutation(() => RotateReviewKeyPayload, { nullable: true, description: 'Signs results of access reviews with a new key from now on; older results stay verifiable. Super admins only, not with an API key.' })
  rotateReviewKey(@Arg('input', () => RotateKeyInput, { description: 'Nothing to say.' }) input: RotateKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(keyRotationRef).rotateReviewKey(context, input);
  }

  @RequiresScopes('keys:rotate')
  @RequiresPolicies('interactive_session')
  @Audited('key.rotated')
  @Mutation(() => RotateApiKeyHmacKeyPayload, { nullable: true, description: 'Hashes the secrets of new API keys with a new key from now on. Super admins only, not with an API key.' })
  rotateApiKeyHmacKey(@Arg('input', () => RotateKeyInput, { description: 'Nothing to say.' }) input: RotateKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(keyRotationRef).rotateApiKeyHmacKey(context, input);
  }
}
