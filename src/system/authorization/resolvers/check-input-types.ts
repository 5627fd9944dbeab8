import { Field, ID, InputType } from 'type-graphql';
import { JsonScalar, ResourceVisibility } from '../../shared/resolvers/index.js';
import { AsOfInput } from './as-of-input.js';
import { FactStatus, PermissionEffect, PermissionScope } from './enums.js';

const PROPERTIES = 'Conditions read it, nothing else does; stored nowhere.';
const INLINE = 'Makes the actor an inline one: API keys only.';

@InputType({ description: 'Who acts. A person may leave it out and acts as the active Member of the session; an API key names all four ids.' })
export class CheckActorInput {
  @Field(() => ID, { nullable: true, description: 'The User.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The binding between them.' })
  userMemberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Space of the Member.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: `E-mail of the User, for the trace. ${INLINE}` })
  userEmail?: string | null;

  @Field(() => FactStatus, { nullable: true, description: `Status of the User; ACTIVE when absent. ${INLINE}` })
  userStatus?: FactStatus | null;

  @Field(() => String, { nullable: true, description: `Name of the Member, for the trace. ${INLINE}` })
  memberDisplayName?: string | null;

  @Field(() => FactStatus, { nullable: true, description: `Status of the Member; ACTIVE when absent. ${INLINE}` })
  memberStatus?: FactStatus | null;

  @Field(() => FactStatus, { nullable: true, description: `Status of the binding; ACTIVE when absent. ${INLINE}` })
  bindingStatus?: FactStatus | null;

  @Field(() => String, { nullable: true, description: `Kind of the binding; external when absent. ${INLINE}` })
  relationType?: string | null;

  @Field(() => String, { nullable: true, description: `Name of the Space, for the trace. ${INLINE}` })
  spaceName?: string | null;

  @Field(() => FactStatus, { nullable: true, description: `Status of the Space; ACTIVE when absent. ${INLINE}` })
  spaceStatus?: FactStatus | null;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of who acts, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  properties?: unknown;
}

@InputType({ description: 'What the action is about. With more than type, id and properties it is an inline resource, which is not read: API keys only.' })
export class CheckResourceInput {
  @Field(() => String, { nullable: true, description: 'Key of the type.' })
  type?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Resource.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'Id in the system that holds it.' })
  externalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Group.' })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Path of its Group, such as finance.apac.' })
  groupPath?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member who owns it.' })
  ownerMemberId?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name, for the trace.' })
  displayName?: string | null;

  @Field(() => ResourceVisibility, { nullable: true, description: 'Whom it is meant for; PRIVATE when absent.' })
  visibility?: ResourceVisibility | null;

  @Field(() => FactStatus, { nullable: true, description: 'Its status; ACTIVE when absent.' })
  status?: FactStatus | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data for conditions and the trace, at most 16 KiB; stored nowhere.' })
  metadata?: unknown;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of the resource, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  properties?: unknown;
}

@InputType({ description: 'A grant that comes with the request: API keys only. Stored grants are then not read.' })
export class CheckGrantInput {
  @Field(() => ID, { nullable: true, description: 'The Role; made from its key when absent.' })
  roleId?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the Role; inline when absent.' })
  roleKey?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Permission; made from type, action and scope when absent.' })
  permissionId?: string | null;

  @Field(() => String, { description: 'Key of the resource type. A grant for another type is dropped.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action. A grant for another action is dropped.' })
  action!: string;

  @Field(() => PermissionScope, { nullable: true, description: 'How far it reaches. Must be given.' })
  scope?: PermissionScope | null;

  @Field(() => PermissionEffect, { nullable: true, description: 'Whether it allows or denies; ALLOW when absent.' })
  effect?: PermissionEffect | null;

  @Field(() => String, { nullable: true, description: 'Condition in CEL, at most 2,000 characters; the grant counts where it is true.' })
  condition?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Space; that of the actor when absent.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group at which it is anchored.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Path of that Group.' })
  scopeAnchorGroupPath?: string | null;
}

@InputType({ description: 'May this actor do this action on this resource?' })
export class CheckInput {
  @Field(() => CheckActorInput, { nullable: true, description: 'Who acts.' })
  actor?: CheckActorInput | null;

  @Field(() => String, { nullable: true, description: 'Key of the resource type; taken from resource when absent.' })
  resourceType?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Resource; taken from resource when absent.' })
  resourceId?: string | null;

  @Field(() => CheckResourceInput, { nullable: true, description: 'The resource, where more than its id is to be said.' })
  resource?: CheckResourceInput | null;

  @Field(() => [CheckGrantInput], { nullable: true, description: 'Grants that come with the request, at most 200.' })
  grants?: CheckGrantInput[] | null;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => JsonScalar, { nullable: true, description: `Properties of the action, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  actionProperties?: unknown;

  @Field(() => JsonScalar, { nullable: true, description: `Surroundings of the request, such as the address of the user, a JSON object of at most 16 KiB. ${PROPERTIES}` })
  context?: unknown;

  @Field(() => String, { nullable: true, description: 'A revision of an earlier answer; this answer has seen at least it.' })
  atLeast?: string | null;

  @Field(() => AsOfInput, { nullable: true, description: 'Moment of the past that the answer is about; the present when absent. Not together with atLeast.' })
  asOf?: AsOfInput | null;
}

@InputType({ description: 'Many questions at once.' })
export class CheckManyInput {
  @Field(() => [CheckInput], { description: 'At most 1,000 questions.' })
  items!: CheckInput[];
}
