import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, MutationInput, payload } from '../../shared/resolvers/index.js';
import { RelationType } from './user-member-types.js';

@ObjectType('ActorBinding', { simpleResolvers: true, description: 'A Member that the User of the caller may act as now.' })
export class ActorBinding {
  @Field(() => ID, { description: 'The binding.' })
  userMemberId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => String, { description: 'Name of the Member.' })
  memberDisplayName!: string;

  @Field(() => ID, { description: 'The Space of the Member.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name of the Space.' })
  spaceName!: string;

  @Field(() => RelationType, { description: 'Why the User may act as the Member.' })
  relationType!: RelationType;

  @Field(() => Boolean, { description: 'Stands before others that are not when the default is chosen.' })
  isPrimary!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the binding ends by itself.' })
  expiresAt?: Date | null;
}

export const ActorBindingConnection = connection(ActorBinding, 'ActorBinding');

@ObjectType('ActorContext', { description: 'As whom the User of the caller may act, and acts.' })
export class ActorContext {
  @Field(() => ID, { nullable: true, description: 'The User; null for callers that are none.' })
  userId?: string | null;
}

@InputType({ description: 'Which of the own usable bindings to act by; without ids the first one.' })
export class SwitchMemberInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'The Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The binding.' })
  userMemberId?: string | null;
}

export const SwitchMemberPayload = payload('SwitchMemberPayload', { active: { type: () => ActorBinding, description: 'The binding that the session acts by now.' } });
