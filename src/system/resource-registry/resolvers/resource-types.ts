import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, JsonScalar, MutationInput, Node, PageArgs, payload, ResourceVisibility, VersionedNode,
} from '../../shared/resolvers/index.js';
import { ResourceStatus } from './enums.js';

@ObjectType('Resource', { implements: Node, simpleResolvers: true, description: 'One business object under governance.' })
export class Resource extends VersionedNode {
  @Field(() => ID, { description: 'Space it belongs to, for ever.' })
  spaceId!: string;

  @Field(() => String, { description: 'Key of its type.' })
  resourceType!: string;

  @Field(() => String, { nullable: true, description: 'Id that the business system knows it by, unique in its Space and type.' })
  externalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group it lies in.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Member who owns it.' })
  ownerMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'Name for people.' })
  displayName?: string | null;

  @Field(() => ResourceVisibility, { description: 'For whom the business system means it.' })
  visibility!: ResourceVisibility;

  @Field(() => ResourceStatus, { description: 'Whether decisions about it can allow.' })
  status!: ResourceStatus;

  @Field(() => JsonScalar, { description: 'Free data of its owner; values of secret-looking keys are redacted.' })
  metadata!: unknown;
}

export const ResourceConnection = connection(Resource, 'Resource');

@ArgsType()
export class ResourcesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only Resources of this Space.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only Resources of the type with this key.' })
  resourceType?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only Resources that lie in exactly this group.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only Resources of this owner.' })
  ownerMemberId?: string | null;

  @Field(() => ResourceVisibility, { nullable: true, description: 'Only Resources of this visibility.' })
  visibility?: ResourceVisibility | null;

  @Field(() => ResourceStatus, { nullable: true, description: 'Only Resources with this status; all but deleted ones when absent.' })
  status?: ResourceStatus | null;
}

@InputType({ description: 'What a new Resource is.' })
export class CreateResourceInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id, without the prefix of another type; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Key of an active type.' })
  resourceType!: string;

  @Field(() => String, { nullable: true, description: 'Id in the business system, 1 to 256 characters, unique in Space and type.' })
  externalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group of the same Space.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Member of the same Space.' })
  ownerMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'Name for people, at most 200 characters.' })
  displayName?: string | null;

  @Field(() => ResourceVisibility, { nullable: true, description: 'For whom it is meant; PRIVATE when absent.' })
  visibility?: ResourceVisibility | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a Resource; absent fields stay. A move needs the right at the old place and at the new one.' })
export class UpdateResourceInput extends ChangeInput {
  @Field(() => ID, { description: 'The Resource.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New external id; null removes it.' })
  externalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'New group of the same Space; null takes it out of its group.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'New owner of the same Space; null removes the owner.' })
  ownerMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'New name; null removes it.' })
  displayName?: string | null;

  @Field(() => ResourceVisibility, { nullable: true, description: 'New visibility.' })
  visibility?: ResourceVisibility | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The Resource to act on.' })
export class ResourceIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Resource.' })
  id!: string;
}

const resource = { resource: { type: () => Resource, description: 'The Resource as it is now.' } };
export const CreateResourcePayload = payload('CreateResourcePayload', resource);
export const UpdateResourcePayload = payload('UpdateResourcePayload', resource);
export const ArchiveResourcePayload = payload('ArchiveResourcePayload', resource);
export const RestoreResourcePayload = payload('RestoreResourcePayload', resource);
export const DeleteResourcePayload = payload('DeleteResourcePayload', resource);
