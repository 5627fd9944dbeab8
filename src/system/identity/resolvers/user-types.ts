import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, DateTimeScalar, enumType, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode, type EnumOf,
} from '../../shared/resolvers/index.js';

export const UserStatus = enumType('UserStatus', 'Whether a User can sign in and act.', {
  ACTIVE: ['active', 'In use.'],
  DISABLED: ['disabled', 'Cannot sign in; all sessions are ended.'],
});
export type UserStatus = EnumOf<typeof UserStatus>;

@ObjectType('User', { implements: Node, simpleResolvers: true, description: 'A login account. It acts only through Members that it is bound to.' })
export class User extends VersionedNode {
  @Field(() => String, { description: 'Address that it signs in with.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Unique name.' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'Phone number.' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'Name for people.' })
  displayName?: string | null;

  @Field(() => UserStatus, { description: 'Whether it can sign in and act.' })
  status!: UserStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last signed in.' })
  lastSignInAt?: Date | null;
}

export const UserConnection = connection(User, 'User');

@ArgsType()
export class UsersArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only the User with this whole address, in any case.' })
  email?: string | null;

  @Field(() => UserStatus, { nullable: true, description: 'Only Users with this status.' })
  status?: UserStatus | null;

  @Field(() => String, { nullable: true, description: 'Only Users with this text in id, address, username or display name.' })
  search?: string | null;
}

@InputType({ description: 'What a new User is. It has no password yet and no rights.' })
export class CreateUserInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix user_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Address, unique over the instance in any case.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Unique name: letters, digits, dot, _ and -.' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'Phone number.' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 200 characters.' })
  displayName?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a User; absent fields stay.' })
export class UpdateUserInput extends ChangeInput {
  @Field(() => ID, { description: 'The User.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'New username; null removes it.' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'New phone number; null removes it.' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'New name; null removes it.' })
  displayName?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The User to act on.' })
export class UserIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The User.' })
  id!: string;
}

const user = { user: { type: () => User, description: 'The User as it is now.' } };
export const CreateUserPayload = payload('CreateUserPayload', user);
export const UpdateUserPayload = payload('UpdateUserPayload', user);
export const DisableUserPayload = payload('DisableUserPayload', user);
export const RestoreUserPayload = payload('RestoreUserPayload', user);
