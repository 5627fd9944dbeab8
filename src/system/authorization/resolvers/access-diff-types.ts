import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, enumType, JsonScalar, PageArgs, type EnumOf } from '../../shared/resolvers/index.js';
import { AsOfInput } from './as-of-input.js';
import { DenyCodeEnum, PermissionEffect, PermissionScope } from './enums.js';

export const AccessChangeDirection = enumType('AccessChangeDirection', 'At which of two moments something is in force.', {
  GAINED: ['gained', 'At the later one only. A denial that is gained takes access away.'],
  LOST: ['lost', 'At the earlier one only. A denial that is lost gives access back.'],
});
export type AccessChangeDirection = EnumOf<typeof AccessChangeDirection>;

export const AccessChangeReason = enumType('AccessChangeReason', 'What keeps something from being in force at the other moment.', {
  GRANTED: ['granted', 'The assignment was made, or made again.'],
  REVOKED: ['revoked', 'The assignment was revoked.'],
  STARTED: ['started', 'The assignment began to count: the clock moved.'],
  EXPIRED: ['expired', 'The assignment ended: the clock moved.'],
  ASSIGNMENT_CHANGED: ['assignment_changed', 'Start, end or condition of the assignment was changed.'],
  ROLE_CHANGED: ['role_changed', 'A Role was disabled or restored, or a Permission given to it or taken from it.'],
  INHERITANCE_CHANGED: ['inheritance_changed', 'A Role began or ceased to inherit another.'],
  PERMISSION_CHANGED: ['permission_changed', 'The Permission was disabled or restored in the catalogue.'],
  REGISTRY_CHANGED: ['registry_changed', 'The type, the action or the mapping was registered, disabled or restored.'],
  MEMBER_CHANGED: ['member_changed', 'The Member was made, disabled or restored.'],
  SPACE_CHANGED: ['space_changed', 'The Space was made, disabled or restored.'],
  GROUP_CHANGED: ['group_changed', 'A Group was disabled or restored: the anchor, or the Group that groupId names, itself without those below it.'],
  GROUP_MOVED: ['group_moved', 'A Group was moved with all below it: the one that groupId names.'],
  USER_CHANGED: ['user_changed', 'The User was disabled or restored.'],
  BINDING_CHANGED: ['binding_changed', 'The User was bound to the Member, the binding revoked, or its end changed.'],
  BINDING_EXPIRED: ['binding_expired', 'The binding ended: the clock moved.'],
  RESOURCE_CHANGED: ['resource_changed', 'The Resource was made, or its Group, owner, status or data changed.'],
  DENIED: ['denied', 'A denial applies at the other moment.'],
  CONDITION: ['condition', 'A condition gives another answer at the other moment.'],
});
export type AccessChangeReason = EnumOf<typeof AccessChangeReason>;

@InputType({ description: 'Who gained and who lost what between two moments?' })
export class AccessDiffInput {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => AsOfInput, { description: 'The earlier moment.' })
  from!: AsOfInput;

  @Field(() => AsOfInput, { nullable: true, description: 'The later moment; the present when absent. Pages of one difference name the moments that the first page gave.' })
  to?: AsOfInput | null;

  @Field(() => String, { nullable: true, description: 'Key of a resource type: only what concerns it.' })
  resourceType?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of an action: only what concerns it.' })
  action?: string | null;

  @Field(() => [ID], { nullable: true, description: 'At most 200 Members: only what concerns them.' })
  memberIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A stored Resource, with resourceType and action: the actors that may do it at one of the moments and not at the other, each by a decision.',
  })
  resourceId?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'With resourceId: surroundings of the request, a JSON object of at most 16 KiB that conditions read.' })
  context?: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'With resourceId: properties of the action, a JSON object of at most 16 KiB that conditions read.' })
  actionProperties?: unknown;
}

@ArgsType()
export class AccessDiffArgs extends PageArgs {
  @Field(() => AccessDiffInput, { description: 'The question.' })
  input!: AccessDiffInput;
}

@ObjectType({ simpleResolvers: true, description: 'A moment that an answer saw.' })
export class AccessMoment {
  @Field(() => String, { description: 'Revision of its facts; opaque.' })
  revision!: string;

  @Field(() => DateTimeScalar, { description: 'The clock that starts and ends were compared with.' })
  time!: Date;
}

@ObjectType({
  simpleResolvers: true,
  description: `What is in force at one of two moments and not at the other: a Permission that a Member has by an assignment. Where it is in force at
both, a row with userMemberId says that a User can act by it at one of them only, and a row with groupId that it covers a Group at one of them only.`.replaceAll('\n', ' '),
})
export class AccessChange {
  @Field(() => AccessChangeDirection, { description: 'At which moment it is in force.' })
  direction!: AccessChangeDirection;

  @Field(() => [AccessChangeReason], { description: 'All that keeps it from being in force at the other moment.' })
  reasons!: AccessChangeReason[];

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { nullable: true, description: 'The User, where one binding is concerned.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The binding, where one is concerned; else all who act as the Member.' })
  userMemberId?: string | null;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => PermissionEffect, { description: 'Whether it allows or denies.' })
  effect!: PermissionEffect;

  @Field(() => String, { nullable: true, description: 'Condition of the Permission, in CEL.' })
  condition?: string | null;

  @Field(() => ID, { description: 'The assignment.' })
  memberRoleId!: string;

  @Field(() => String, { nullable: true, description: 'Condition of the assignment, in CEL.' })
  assignmentCondition?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group at which the assignment is anchored.' })
  anchorGroupId?: string | null;

  @Field(() => ID, { description: 'The assigned Role.' })
  roleId!: string;

  @Field(() => [ID], { description: 'Roles from the assigned one, which is left out, to the one that holds the Permission.' })
  inheritedRoleIds!: string[];

  @Field(() => ID, { description: 'That the Role holds the Permission.' })
  rolePermissionId!: string;

  @Field(() => ID, { description: 'The Permission.' })
  permissionId!: string;

  @Field(() => ID, { nullable: true, description: 'The Group that is covered at one of the moments only.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Resource that was asked about.' })
  resourceId?: string | null;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Where a Resource was asked about: why the decision denies at the other moment.' })
  denyCode?: string | null;
}

export const AccessChangeConnection = connection(AccessChange, 'AccessChange');
Field(() => AccessMoment, { description: 'The earlier moment.' })(AccessChangeConnection.prototype, 'from');
Field(() => AccessMoment, { description: 'The later moment.' })(AccessChangeConnection.prototype, 'to');
Field(() => Boolean, { description: 'Always true: the pages together are the whole answer, nothing is cut off.' })(AccessChangeConnection.prototype, 'complete');
