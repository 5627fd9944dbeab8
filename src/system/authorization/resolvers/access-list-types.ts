import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { connection, enumType, JsonScalar, PageArgs, type EnumOf } from '../../shared/resolvers/index.js';
import { AsOfInput } from './as-of-input.js';
import { CheckActorInput, CheckResourceInput } from './check-input-types.js';

export const ListedActorKind = enumType('ListedActorKind', 'Which actors a list names.', {
  BINDINGS: ['bindings', 'Users who act as Members by a binding.'],
  SERVICES: ['services', 'Service Members that act by themselves, through an API key; they name no User and no binding.'],
});
export type ListedActorKind = EnumOf<typeof ListedActorKind>;

const PROPERTIES = 'Conditions read it, nothing else does.';

@InputType()
abstract class AccessListInput {
  @Field(() => JsonScalar, { nullable: true, description: `Surroundings of the request, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  context?: Readonly<Record<string, unknown>> | null;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of the action, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  actionProperties?: Readonly<Record<string, unknown>> | null;

  @Field(() => String, { nullable: true, description: 'Revision that the answer must have seen.' })
  atLeast?: string | null;

  @Field(() => AsOfInput, { nullable: true, description: 'Moment of the past that the answer is about; the present when absent. Not together with atLeast.' })
  asOf?: AsOfInput | null;
}

@InputType({ description: 'Who may do this on that?' })
export class ListActorsInput extends AccessListInput {
  @Field(() => ID, { description: 'Space of the actors.' })
  spaceId!: string;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => ID, { nullable: true, description: 'The Resource.' })
  resourceId?: string | null;

  @Field(() => CheckResourceInput, { nullable: true, description: 'A resource that is not stored, or properties of one that is.' })
  resource?: CheckResourceInput | null;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of every actor that is looked at, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  actorProperties?: Readonly<Record<string, unknown>> | null;

  @Field(() => ListedActorKind, { nullable: true, description: 'Which actors; BINDINGS when absent.' })
  actors?: ListedActorKind | null;
}

@InputType({ description: 'What may this actor do this on?' })
export class ListResourcesInput extends AccessListInput {
  @Field(() => CheckActorInput, { nullable: true, description: 'Who acts, by ids; the active Member of the session when absent.' })
  actor?: CheckActorInput | null;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of every Resource that is looked at, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  resourceProperties?: Readonly<Record<string, unknown>> | null;
}

@InputType({ description: 'What may this actor do on that?' })
export class ListActionsInput extends AccessListInput {
  @Field(() => CheckActorInput, { nullable: true, description: 'Who acts, by ids; the active Member of the session when absent.' })
  actor?: CheckActorInput | null;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => ID, { nullable: true, description: 'The Resource.' })
  resourceId?: string | null;

  @Field(() => CheckResourceInput, { nullable: true, description: 'A resource that is not stored, or properties of one that is.' })
  resource?: CheckResourceInput | null;
}

@ArgsType()
export class ListActorsArgs extends PageArgs {
  @Field(() => ListActorsInput, { description: 'The question.' })
  input!: ListActorsInput;
}

@ArgsType()
export class ListResourcesArgs extends PageArgs {
  @Field(() => ListResourcesInput, { description: 'The question.' })
  input!: ListResourcesInput;
}

@ArgsType()
export class ListActionsArgs extends PageArgs {
  @Field(() => ListActionsInput, { description: 'The question.' })
  input!: ListActionsInput;
}

@ObjectType({ simpleResolvers: true, description: 'An actor for which check allows.' })
export class ListedActor {
  @Field(() => ID, { description: 'The User; empty for a service Member that acts by itself.' })
  userId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The binding between them; empty for a service Member that acts by itself.' })
  userMemberId!: string;

  @Field(() => ID, { description: 'The Space of the Member.' })
  spaceId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A stored Resource for which check allows.' })
export class ListedResource {
  @Field(() => String, { description: 'Key of its type.' })
  resourceType!: string;

  @Field(() => ID, { description: 'The Resource.' })
  resourceId!: string;

  @Field(() => String, { nullable: true, description: 'Id in the system that holds it.' })
  externalId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'An action for which check allows.' })
export class ListedAction {
  @Field(() => String, { description: 'Key of the action.' })
  action!: string;
}

export const ListedActorConnection = connection(ListedActor, 'ListedActor', { isAnswer: true });
export const ListedResourceConnection = connection(ListedResource, 'ListedResource', { isAnswer: true });
export const ListedActionConnection = connection(ListedAction, 'ListedAction', { isAnswer: true });
