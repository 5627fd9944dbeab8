import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, DateTimeScalar, enumType, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode, type EnumOf,
} from '../../shared/resolvers/index.js';

export const UserMemberStatus = enumType('UserMemberStatus', 'Whether a binding lets its User act.', {
  ACTIVE: ['active', 'In use until it expires.'],
  REVOKED: ['revoked', 'Ended for good.'],
});
export type UserMemberStatus = EnumOf<typeof UserMemberStatus>;

export const RelationType = enumType('RelationType', 'Why a User may act as a Member.', {
  LOGIN: ['login', 'It is the person behind the Member.'],
  DELEGATE: ['delegate', 'It stands in for somebody.'],
  EXTERNAL: ['external', 'It comes from outside.'],
  SERVICE: ['service', 'It is a machine.'],
  TEMPORARY: ['temporary', 'It helps for a while.'],
  SELF: ['self', 'It registered itself.'],
});
export type RelationType = EnumOf<typeof RelationType>;

@ObjectType('UserMember', { implements: Node, simpleResolvers: true, description: 'The binding that lets a User act as a Member.' })
export class UserMember extends VersionedNode {
  @Field(() => ID, { description: 'The Space of the Member.' })
  spaceId!: string;

  @Field(() => ID, { description: 'The User.' })
  userId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => RelationType, { description: 'Why the User may act as the Member.' })
  relationType!: RelationType;

  @Field(() => UserMemberStatus, { description: 'Whether it lets its User act.' })
  status!: UserMemberStatus;

  @Field(() => Boolean, { description: 'Stands before others that are not when the default is chosen.' })
  isPrimary!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The Member that made it.' })
  linkedByMemberId?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  linkedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked.' })
  revokedReason?: string | null;
}

export const UserMemberConnection = connection(UserMember, 'UserMember');

@ArgsType()
export class UserMembersArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only bindings of this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only bindings of this User.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only bindings of this Member.' })
  memberId?: string | null;

  @Field(() => UserMemberStatus, { nullable: true, description: 'Only bindings with this status.' })
  status?: UserMemberStatus | null;
}

@InputType({ description: 'Which User may act as which Member.' })
export class CreateUserMemberInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix um_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'The User; one that the caller may read.' })
  userId!: string;

  @Field(() => ID, { description: 'The Member; its Space is the Space of the binding.' })
  memberId!: string;

  @Field(() => RelationType, { nullable: true, description: 'Why; LOGIN when absent.' })
  relationType?: RelationType | null;

  @Field(() => Boolean, { nullable: true, description: 'Stands before others that are not; false when absent.' })
  isPrimary?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself; never when absent.' })
  expiresAt?: Date | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a binding; absent fields stay.' })
export class UpdateUserMemberInput extends ChangeInput {
  @Field(() => ID, { description: 'The binding.' })
  id!: string;

  @Field(() => RelationType, { nullable: true, description: 'New relation.' })
  relationType?: RelationType | null;

  @Field(() => Boolean, { nullable: true, description: 'Stands before others that are not.' })
  isPrimary?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'New end; null takes it away.' })
  expiresAt?: Date | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'Which binding to end, and why.' })
export class RevokeUserMemberInput extends ChangeInput {
  @Field(() => ID, { description: 'The binding.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters.' })
  reason?: string | null;
}

const userMember = { userMember: { type: () => UserMember, description: 'The UserMember as it is now.' } };
export const CreateUserMemberPayload = payload('CreateUserMemberPayload', userMember);
export const UpdateUserMemberPayload = payload('UpdateUserMemberPayload', userMember);
export const RevokeUserMemberPayload = payload('RevokeUserMemberPayload', userMember);
