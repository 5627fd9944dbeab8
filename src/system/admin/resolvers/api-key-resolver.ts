import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import { visiblePrefix } from '../services/api-keys/api-key-token.js';
import { apiKeysRef } from '../services/api-keys/api-keys.js';
import {
  ApiKey, ApiKeyConnection, ApiKeyIdInput, ApiKeysArgs, CreateApiKeyInput, CreateApiKeyPayload, DisableApiKeyPayload, RestoreApiKeyPayload,
  RevokeApiKeyInput, RevokeApiKeyPayload, RotateApiKeyInput, RotateApiKeyPayload,
} from './api-key-types.js';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @RequiresScopes('api_keys:read')
  @Query(() => ApiKeyConnection, { nullable: true, description: 'API keys within reach of the caller, newest first.' })
  apiKeys(@Args(() => ApiKeysArgs) { first, after, last, before, ...filter }: ApiKeysArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('api_keys:read')
  @Query(() => ApiKey, { nullable: true, description: 'One API key; null when it is absent or not for the caller.' })
  async apiKey(@Arg('id', () => ID, { description: 'The key.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(apiKeysRef).byIds(context, [id]))[0];
  }

  @FieldResolver(() => String, { description: 'What its plaintext begins with.' })
  prefix(@Root() apiKey: ApiKey): string {
    return visiblePrefix(apiKey.id);
  }

  @FieldResolver(() => JsonScalar)
  metadata(@Root() apiKey: ApiKey): unknown {
    return redacted(apiKey.metadata);
  }

  @RequiresScopes('api_keys:create')
  @Audited('api_key.created')
  @Mutation(() => CreateApiKeyPayload, { nullable: true, description: 'Makes an API key within the rights of the caller; its plaintext is in the answer, once.' })
  createApiKey(@Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) input: CreateApiKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).create(context, input);
  }

  @RequiresScopes('api_keys:manage')
  @Audited('api_key.rotated')
  @Mutation(() => RotateApiKeyPayload, { nullable: true, description: 'Gives an API key a new secret. The caller needs every right of the key, as for making it.' })
  rotateApiKey(@Arg('input', () => RotateApiKeyInput, { description: 'The key.' }) input: RotateApiKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).rotate(context, input);
  }

  @RequiresScopes('api_keys:manage')
  @Audited('api_key.disabled')
  @Mutation(() => DisableApiKeyPayload, { nullable: true, description: 'Refuses an API key until it is restored.' })
  disableApiKey(@Arg('input', () => ApiKeyIdInput, { description: 'The key.' }) input: ApiKeyIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).disable(context, input);
  }

  @RequiresScopes('api_keys:manage')
  @Audited('api_key.restored')
  @Mutation(() => RestoreApiKeyPayload, { nullable: true, description: 'Accepts a disabled API key again.' })
  restoreApiKey(@Arg('input', () => ApiKeyIdInput, { description: 'The key.' }) input: ApiKeyIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).restore(context, input);
  }

  @RequiresScopes('api_keys:revoke')
  @Audited('api_key.revoked')
  @Mutation(() => RevokeApiKeyPayload, { nullable: true, description: 'Refuses an API key for good.' })
  revokeApiKey(@Arg('input', () => RevokeApiKeyInput, { description: 'The key.' }) input: RevokeApiKeyInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(apiKeysRef).revoke(context, input);
  }
}
