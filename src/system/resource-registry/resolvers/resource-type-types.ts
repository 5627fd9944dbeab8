import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode,
} from '../../shared/resolvers/index.js';
import { RegistryStatus } from './enums.js';

@ObjectType('ResourceType', { implements: Node, simpleResolvers: true, description: 'A kind of business object that decisions are about.' })
export class ResourceType extends VersionedNode {
  @Field(() => String, { description: 'Unique key, such as invoice; never changes.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'What objects of this type are.' })
  description?: string | null;

  @Field(() => RegistryStatus, { description: 'Whether decisions may use it.' })
  status!: RegistryStatus;

  @Field(() => String, { description: 'Who alone may change it: app, capability:<id> or plugin:<id>.' })
  owner!: string;

  @Field(() => JsonScalar, { description: 'Free data of its owner; values of secret-looking keys are redacted.' })
  metadata!: unknown;
}

export const ResourceTypeConnection = connection(ResourceType, 'ResourceType');

@ArgsType()
export class ResourceTypesArgs extends PageArgs {
  @Field(() => RegistryStatus, { nullable: true, description: 'Only types with this status.' })
  status?: RegistryStatus | null;

  @Field(() => String, { nullable: true, description: 'Only types of this owner.' })
  owner?: string | null;
}

@InputType({ description: 'What a new resource type is. It belongs to the application (owner app).' })
export class CreateResourceTypeInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix rt_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Unique key: a lower-case letter, then lower-case letters, digits and _, at most 63 characters.' })
  key!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'What objects of this type are, at most 2000 characters.' })
  description?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a resource type; absent fields stay.' })
export class UpdateResourceTypeInput extends ChangeInput {
  @Field(() => ID, { description: 'The type.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'New description; null removes it.' })
  description?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The resource type to act on.' })
export class ResourceTypeIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The type.' })
  id!: string;
}

const resourceType = { resourceType: { type: () => ResourceType, description: 'The type as it is now.' } };
export const CreateResourceTypePayload = payload('CreateResourceTypePayload', resourceType);
export const UpdateResourceTypePayload = payload('UpdateResourceTypePayload', resourceType);
export const DisableResourceTypePayload = payload('DisableResourceTypePayload', resourceType);
export const RestoreResourceTypePayload = payload('RestoreResourceTypePayload', resourceType);
