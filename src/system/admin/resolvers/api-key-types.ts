import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, DateTimeScalar, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode,
} from '../../shared/resolvers/index.js';
import { ApiKeyLevel, ApiKeyStatus } from './enums.js';

@ObjectType('ApiKey', { implements: Node, simpleResolvers: true, description: 'A credential of a machine. Its secret is shown once, when it is made.' })
export class ApiKey extends VersionedNode {
  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => ApiKeyLevel, { description: 'How far it reaches.' })
  level!: ApiKeyLevel;

  @Field(() => ID, { nullable: true, description: 'Space it reaches, or that its group is in.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group it reaches, with all below.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Member that it acts as.' })
  memberId?: string | null;

  @Field(() => [String], { description: 'Permission keys that it holds.' })
  permissionKeys!: string[];

  @Field(() => ApiKeyStatus, { description: 'Whether it is accepted.' })
  status!: ApiKeyStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to about a minute.' })
  lastUsedAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'User who made it.' })
  createdByUserId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked.' })
  revokedReason?: string | null;

  @Field(() => DateTimeScalar, { description: 'When its secret was made.' })
  secretsChangedAt!: Date;

  @Field(() => JsonScalar, { description: 'Free data of its owner; values of secret-looking keys are redacted.' })
  metadata!: unknown;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  override createdAt!: Date;
}

export const ApiKeyConnection = connection(ApiKey, 'ApiKey');

@ArgsType()
export class ApiKeysArgs extends PageArgs {
  @Field(() => ApiKeyLevel, { nullable: true, description: 'Only keys of this level.' })
  level?: ApiKeyLevel | null;

  @Field(() => ID, { nullable: true, description: 'Only keys in this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only keys over exactly this group.' })
  groupId?: string | null;

  @Field(() => ApiKeyStatus, { nullable: true, description: 'Only keys with this status.' })
  status?: ApiKeyStatus | null;
}

@InputType({ description: 'What a new API key is. Its maker holds every one of its permission keys at the same place.' })
export class CreateApiKeyInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix ak_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => ApiKeyLevel, { description: 'How far it reaches.' })
  level!: ApiKeyLevel;

  @Field(() => ID, { nullable: true, description: 'Space, for SPACE; may be left out for GROUP.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group, for GROUP.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Member of the same Space that it acts as; needs user_members:manage there.' })
  memberId?: string | null;

  @Field(() => [String], { description: '1 to 100 of *, domain:* or domain:action of registered permissions.' })
  permissionKeys!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'The API key to act on.' })
export class ApiKeyIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The key.' })
  id!: string;
}

@InputType({ description: 'The API key to rotate.' })
export class RotateApiKeyInput extends ApiKeyIdInput {
  @Field(() => Int, { nullable: true, description: 'Seconds that the old secret stays valid, at most 30 days; it ends at once when absent.' })
  overlapSeconds?: number | null;
}

@InputType({ description: 'The API key to revoke.' })
export class RevokeApiKeyInput extends ApiKeyIdInput {
  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters.' })
  reason?: string | null;
}

const apiKey = { apiKey: { type: () => ApiKey, description: 'The key as it is now.' } };
const secret = { secret: { type: () => String, description: 'The plaintext, shown this once: not when the mutation is sent again with its idempotencyKey.' } };
export const CreateApiKeyPayload = payload('CreateApiKeyPayload', { ...apiKey, ...secret });
export const RotateApiKeyPayload = payload('RotateApiKeyPayload', {
  ...apiKey,
  ...secret,
  previousValidUntil: { type: () => DateTimeScalar, description: 'When the old secret ends.' },
});
export const DisableApiKeyPayload = payload('DisableApiKeyPayload', apiKey);
export const RestoreApiKeyPayload = payload('RestoreApiKeyPayload', apiKey);
export const RevokeApiKeyPayload = payload('RevokeApiKeyPayload', apiKey);
