import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar, ListSize } from '../../shared/resolvers/index.js';
import { AdminGrantLevel, ApiKeyLevel, CredentialKind } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'The User behind a caller.' })
export class MyUser {
  @Field(() => ID, { description: 'The User.' })
  id!: string;

  @Field(() => String, { description: 'Its e-mail address.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  displayName?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The Member that a caller acts as.' })
export class MyMember {
  @Field(() => ID, { description: 'The Member.' })
  id!: string;

  @Field(() => String, { description: 'Its name for people.' })
  displayName!: string;

  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => ID, { nullable: true, description: 'Binding that lets the User act as it; none for an API key.' })
  userMemberId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The API key of a caller.' })
export class MyApiKey {
  @Field(() => ID, { description: 'The key.' })
  id!: string;

  @Field(() => String, { description: 'Its name for people.' })
  name!: string;

  @Field(() => ApiKeyLevel, { description: 'How far it reaches.' })
  level!: ApiKeyLevel;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'A right of the caller.' })
export class MyGrant {
  @Field(() => ID, { description: 'The AdminGrant, or the place in an API key.' })
  id!: string;

  @Field(() => AdminGrantLevel, { description: 'How far it reaches.' })
  level!: AdminGrantLevel;

  @Field(() => String, { description: '*, domain:* or domain:action.' })
  permissionKey!: string;

  @Field(() => ID, { nullable: true, description: 'Space it reaches, or that its group is in.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group it reaches, with all below.' })
  groupId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where a permission reaches.' })
export class PermissionReach {
  @Field(() => Boolean, { description: 'Everywhere.' })
  instance!: boolean;

  @Field(() => [ID], { description: 'Spaces it reaches.' })
  spaces!: string[];

  @Field(() => [ID], { description: 'Groups it reaches, each with all below.' })
  groups!: string[];
}

@ObjectType({ simpleResolvers: true, description: 'A permission that the caller holds somewhere.' })
export class HeldPermission {
  @Field(() => String, { description: 'Its key, domain:action.' })
  key!: string;

  @Field(() => PermissionReach, { description: 'Where it reaches.' })
  reach!: PermissionReach;
}

@ObjectType({ simpleResolvers: true, description: 'Something that the caller should know about this instance.' })
export class InstanceWarning {
  @Field(() => String, { description: 'Stable code, such as DEMO_ADMIN_PRESENT.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong and what helps.' })
  message!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Who the caller is and what it may do with the control plane.' })
export class Me {
  @Field(() => CredentialKind, { description: 'What the caller proved itself with.' })
  credentialKind!: CredentialKind;

  @Field(() => ID, { nullable: true, description: 'Its session.' })
  sessionId?: string | null;

  @Field(() => MyUser, { nullable: true, description: 'The User; none for an API key.' })
  user?: MyUser | null;

  @Field(() => MyMember, { nullable: true, description: 'The Member that the caller acts as.' })
  activeMember?: MyMember | null;

  @Field(() => MyApiKey, { nullable: true, description: 'The API key, when the caller came with one.' })
  apiKey?: MyApiKey | null;

  @ListSize({ assumedSize: 20 })
  @Field(() => [MyGrant], { description: 'Rights of the caller.' })
  grants!: MyGrant[];

  @ListSize({ assumedSize: 50 })
  @Field(() => [HeldPermission], { description: 'Permissions that follow from the rights, with where they reach.' })
  permissions!: HeldPermission[];

  @ListSize({ assumedSize: 5 })
  @Field(() => [InstanceWarning], { description: 'What who administers the instance should know.' })
  warnings!: InstanceWarning[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the credential ends at the latest.' })
  expiresAt?: Date | null;
}
