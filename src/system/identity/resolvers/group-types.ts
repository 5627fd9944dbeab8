import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, enumType, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode, type EnumOf,
} from '../../shared/resolvers/index.js';

export const GroupStatus = enumType('GroupStatus', 'Whether a Group counts in decisions.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Denies what needs it as anchor or target.'],
});
export type GroupStatus = EnumOf<typeof GroupStatus>;

@ObjectType('Group', { implements: Node, simpleResolvers: true, description: 'A node of the tree inside a Space, such as finance.apac.' })
export class Group extends VersionedNode {
  @Field(() => ID, { description: 'The Space that it belongs to for ever.' })
  spaceId!: string;

  @Field(() => ID, { nullable: true, description: 'The Group above; null for a root.' })
  parentGroupId?: string | null;

  @Field(() => String, { description: 'Last part of the path, unique among its siblings.' })
  key!: string;

  @Field(() => String, { description: 'Keys from the root down, joined by dots; follows the parent.' })
  path!: string;

  @Field(() => Int, { description: 'Level in the tree; a root is at 0.' })
  depth!: number;

  @Field(() => String, { nullable: true, description: 'Name for people.' })
  displayName?: string | null;

  @Field(() => Int, { description: 'Order among its siblings, lowest first.' })
  sortOrder!: number;

  @Field(() => GroupStatus, { description: 'Whether it counts in decisions.' })
  status!: GroupStatus;
}

export const GroupConnection = connection(Group, 'Group');

@ArgsType()
export class GroupsArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => GroupStatus, { nullable: true, description: 'Only Groups with this status.' })
  status?: GroupStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only the children of this Group.' })
  parentGroupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only Groups with this text in id, path or display name.' })
  search?: string | null;
}

@ArgsType()
export class GroupTreeArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => ID, { nullable: true, description: 'Only the tree under this Group.' })
  rootId?: string | null;
}

@InputType({ description: 'What a new Group is: key and parent, or the whole path.' })
export class CreateGroupInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix group_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => ID, { nullable: true, description: 'The Group above; a root when absent.' })
  parentGroupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Lower-case letters, digits and _, beginning with a letter.' })
  key?: string | null;

  @Field(() => String, { nullable: true, description: 'Whole path instead of key and parent; all but its last key must exist.' })
  path?: string | null;

  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 200 characters.' })
  displayName?: string | null;

  @Field(() => Int, { nullable: true, description: 'Order among its siblings; 1000 when absent.' })
  sortOrder?: number | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a Group; absent fields stay.' })
export class UpdateGroupInput extends ChangeInput {
  @Field(() => ID, { description: 'The Group.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New key; the paths of all Groups below follow.' })
  key?: string | null;

  @Field(() => String, { nullable: true, description: 'New name; null removes it.' })
  displayName?: string | null;

  @Field(() => Int, { nullable: true, description: 'New order among its siblings.' })
  sortOrder?: number | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'Where to move a Group with all below it.' })
export class MoveGroupInput extends ChangeInput {
  @Field(() => ID, { description: 'The Group.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'The new Group above; null makes it a root. Not optional: leave it out and the move is refused.' })
  parentGroupId?: string | null;
}

@InputType({ description: 'The Group to act on.' })
export class GroupIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Group.' })
  id!: string;
}

const group = { group: { type: () => Group, description: 'The Group as it is now.' } };
export const CreateGroupPayload = payload('CreateGroupPayload', group);
export const UpdateGroupPayload = payload('UpdateGroupPayload', group);
export const MoveGroupPayload = payload('MoveGroupPayload', group);
export const DisableGroupPayload = payload('DisableGroupPayload', group);
export const RestoreGroupPayload = payload('RestoreGroupPayload', group);
