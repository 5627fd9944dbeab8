import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, ResourceVisibility } from '../../shared/resolvers/index.js';
import { FactStatus, PermissionEffect, PermissionScope } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'The User of a decision.' })
export class TraceUser {
  @Field(() => ID, { description: 'The User.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'E-mail, for those who may read Users here.' })
  email?: string | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;
}

@ObjectType({ simpleResolvers: true, description: 'The Member of a decision. Of another Space only the ids are shown.' })
export class TraceMember {
  @Field(() => ID, { description: 'The Member.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'Its Space.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name, for those who may read Members here.' })
  displayName?: string | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;
}

@ObjectType({ simpleResolvers: true, description: 'The binding of a decision. Of another Space only the ids are shown.' })
export class TraceUserMember {
  @Field(() => ID, { description: 'The binding.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'Its User.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Space.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of the binding.' })
  relationType?: string | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is the primary one of its User.' })
  isPrimary?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends.' })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'The Space of a decision.' })
export class TraceSpace {
  @Field(() => ID, { description: 'The Space.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Its name, for those who may read it.' })
  name?: string | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;
}

@ObjectType({ simpleResolvers: true, description: 'Who acted; a part is null when it did not exist.' })
export class TraceActor {
  @Field(() => TraceUser, { nullable: true, description: 'The login account.' })
  user?: TraceUser | null;

  @Field(() => TraceMember, { nullable: true, description: 'The business actor.' })
  member?: TraceMember | null;

  @Field(() => TraceUserMember, { nullable: true, description: 'The bridge between them.' })
  userMember?: TraceUserMember | null;

  @Field(() => TraceSpace, { nullable: true, description: 'The tenant.' })
  space?: TraceSpace | null;
}

@ObjectType({ simpleResolvers: true, description: 'A Group in a trace. Of another Space only the ids are shown.' })
export class TraceGroup {
  @Field(() => ID, { description: 'The Group.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'Its Space.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Its path at the decision.' })
  path?: string | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;
}

@ObjectType({ simpleResolvers: true, description: 'The resource of a decision. Of another Space only the ids are shown.' })
export class TraceResource {
  @Field(() => ID, { description: 'The Resource, or its external id when that is what was given.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Id in the system that holds it.' })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of its type.' })
  type?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Group.' })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Path of its Group.' })
  groupPath?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member who owns it.' })
  ownerMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name, for those who may read resources here.' })
  displayName?: string | null;

  @Field(() => ResourceVisibility, { nullable: true, description: 'Whom it is meant for.' })
  visibility?: ResourceVisibility | null;

  @Field(() => FactStatus, { nullable: true, description: 'Status at the decision.' })
  status?: FactStatus | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Its free data, redacted, for those who may read resources here.' })
  metadata?: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'What the action was about.' })
export class TraceTarget {
  @Field(() => TraceResource, { nullable: true, description: 'Null when it did not exist.' })
  resource?: TraceResource | null;

  @Field(() => TraceGroup, { nullable: true, description: 'Its Group.' })
  group?: TraceGroup | null;
}

@ObjectType({ simpleResolvers: true, description: 'The Role of a candidate.' })
export class TraceRole {
  @Field(() => ID, { description: 'The Role.' })
  id!: string;

  @Field(() => String, { description: 'Its key.' })
  key!: string;

  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The Permission of a candidate.' })
export class TracePermission {
  @Field(() => ID, { description: 'The Permission.' })
  id!: string;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => PermissionEffect, { description: 'Whether it allows or denies.' })
  effect!: PermissionEffect;
}
