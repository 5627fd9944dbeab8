import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, enumType, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode, type EnumOf,
} from '../../shared/resolvers/index.js';

export const MemberStatus = enumType('MemberStatus', 'Whether a Member can act.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Every decision for it denies.'],
});
export type MemberStatus = EnumOf<typeof MemberStatus>;

export const MemberType = enumType('MemberType', 'What a Member stands for.', {
  HUMAN: ['human', 'A person or a position.'],
  SERVICE: ['service', 'A machine.'],
});
export type MemberType = EnumOf<typeof MemberType>;

@ObjectType('Member', { implements: Node, simpleResolvers: true, description: 'A business actor in one Space. Roles are given to it, never to a User.' })
export class Member extends VersionedNode {
  @Field(() => ID, { description: 'The Space that it belongs to for ever.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people.' })
  displayName!: string;

  @Field(() => MemberType, { description: 'What it stands for.' })
  memberType!: MemberType;

  @Field(() => String, { nullable: true, description: 'Its id in another system, unique in the Space.' })
  externalId?: string | null;

  @Field(() => MemberStatus, { description: 'Whether it can act.' })
  status!: MemberStatus;
}

export const MemberConnection = connection(Member, 'Member');

@ArgsType()
export class MembersArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => MemberType, { nullable: true, description: 'Only Members of this type.' })
  memberType?: MemberType | null;

  @Field(() => MemberStatus, { nullable: true, description: 'Only Members with this status.' })
  status?: MemberStatus | null;

  @Field(() => String, { nullable: true, description: 'Only the Member with this external id.' })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only Members with this text in id, display name or external id.' })
  search?: string | null;
}

@InputType({ description: 'What a new Member is.' })
export class CreateMemberInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix member_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  displayName!: string;

  @Field(() => MemberType, { nullable: true, description: 'What it stands for; HUMAN when absent.' })
  memberType?: MemberType | null;

  @Field(() => String, { nullable: true, description: 'Its id in another system, 1 to 256 characters.' })
  externalId?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a Member; absent fields stay.' })
export class UpdateMemberInput extends ChangeInput {
  @Field(() => ID, { description: 'The Member.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'New external id; null removes it.' })
  externalId?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The Member to act on.' })
export class MemberIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Member.' })
  id!: string;
}

const member = { member: { type: () => Member, description: 'The Member as it is now.' } };
export const CreateMemberPayload = payload('CreateMemberPayload', member);
export const UpdateMemberPayload = payload('UpdateMemberPayload', member);
export const DisableMemberPayload = payload('DisableMemberPayload', member);
export const RestoreMemberPayload = payload('RestoreMemberPayload', member);
