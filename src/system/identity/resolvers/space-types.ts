import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, DateTimeScalar, enumType, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode, type EnumOf,
} from '../../shared/resolvers/index.js';

export const SpaceStatus = enumType('SpaceStatus', 'Whether decisions in a Space can allow.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Every decision denies.'],
  DELETING: ['deleting', 'Removed after its waiting time, unless restored.'],
});
export type SpaceStatus = EnumOf<typeof SpaceStatus>;

@ObjectType('Space', { implements: Node, simpleResolvers: true, description: 'A tenant: the boundary that nothing crosses.' })
export class Space extends VersionedNode {
  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Short unique name for addresses.' })
  slug?: string | null;

  @Field(() => String, { description: 'Kind of the Space, chosen by its creator.' })
  type!: string;

  @Field(() => SpaceStatus, { description: 'Whether decisions in this Space can allow.' })
  status!: SpaceStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When a Space that is being deleted is removed.' })
  deleteAfter?: Date | null;
}

export const SpaceConnection = connection(Space, 'Space');

@ArgsType()
export class SpacesArgs extends PageArgs {
  @Field(() => SpaceStatus, { nullable: true, description: 'Only Spaces with this status.' })
  status?: SpaceStatus | null;

  @Field(() => String, { nullable: true, description: 'Only Spaces with this text in id, name or slug.' })
  search?: string | null;
}

@InputType({ description: 'What a new Space is.' })
export class CreateSpaceInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix space_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Short unique name: lower-case letters, digits and dashes.' })
  slug?: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of the Space; custom when absent.' })
  type?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a Space; absent fields stay.' })
export class UpdateSpaceInput extends ChangeInput {
  @Field(() => ID, { description: 'The Space.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'New slug; null removes it.' })
  slug?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The Space to act on.' })
export class SpaceIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Space.' })
  id!: string;
}

const space = { space: { type: () => Space, description: 'The Space as it is now.' } };
export const CreateSpacePayload = payload('CreateSpacePayload', space);
export const UpdateSpacePayload = payload('UpdateSpacePayload', space);
export const DisableSpacePayload = payload('DisableSpacePayload', space);
export const RestoreSpacePayload = payload('RestoreSpacePayload', space);
export const DeleteSpacePayload = payload('DeleteSpacePayload', space);
