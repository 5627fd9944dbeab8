import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeScalar } from '../../shared/resolvers/index.js';
import { PermissionEffect, PermissionScope, RightStatus } from './enums.js';

@InputType({ description: 'A Role that is not there yet.' })
export class ProposedRoleInput {
  @Field(() => ID, { description: 'Id with the prefix role_, by which the changes after it name it.' })
  id!: string;

  @Field(() => String, { description: 'Its key.' })
  key!: string;
}

@InputType({ description: 'A Role, a Group, a Member or a Permission that would be disabled or restored.' })
export class ProposedStatusInput {
  @Field(() => ID, { description: 'The object.' })
  id!: string;

  @Field(() => RightStatus, { description: 'What it would be.' })
  status!: RightStatus;
}

@InputType({ description: 'A Permission that is not in the catalogue yet. What it would do in other Spaces is not looked at.' })
export class ProposedPermissionInput {
  @Field(() => ID, { description: 'Id with the prefix perm_, by which the changes after it name it.' })
  id!: string;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => PermissionEffect, { nullable: true, description: 'Whether it allows or denies; ALLOW when absent.' })
  effect?: PermissionEffect | null;

  @Field(() => String, { nullable: true, description: 'Condition in CEL, at most 2,000 characters.' })
  condition?: string | null;
}

@InputType({ description: 'A Permission that would be given to a Role.' })
export class ProposedRolePermissionInput {
  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Permission.' })
  permissionId!: string;
}

@InputType({ description: 'A Role that would inherit another.' })
export class ProposedRoleInheritanceInput {
  @Field(() => ID, { description: 'The Role that would inherit.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Role that would be inherited.' })
  inheritedRoleId!: string;
}

@InputType({ description: 'A Role that would be assigned to a Member.' })
export class ProposedMemberRoleInput {
  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which it would be anchored.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it would count.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would end.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Condition in CEL, at most 2,000 characters.' })
  condition?: string | null;
}

@InputType({ description: 'What would change of an assignment; absent fields stay, null takes away.' })
export class ProposedMemberRoleChangeInput {
  @Field(() => ID, { description: 'The assignment.' })
  id!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when it would count.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would end.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Condition in CEL, at most 2,000 characters.' })
  condition?: string | null;
}

@InputType({ description: 'What would be taken back.' })
export class ProposedRevocationInput {
  @Field(() => ID, { description: 'The assignment, the binding, the RolePermission or the RoleInheritance.' })
  id!: string;
}

@InputType({ description: 'A Group that would be moved with all below it.' })
export class ProposedGroupMoveInput {
  @Field(() => ID, { description: 'The Group.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'Its new parent; null makes it a root.' })
  parentGroupId?: string | null;
}

@InputType({ description: 'One change: exactly one of its fields is given. It is refused as the mutation that makes it would refuse it; only what it breaks of separation of duty is told instead.' })
export class ProposedChangeInput {
  @Field(() => ProposedRoleInput, { nullable: true, description: 'Makes a Role.' })
  createRole?: ProposedRoleInput | null;

  @Field(() => ProposedStatusInput, { nullable: true, description: 'Disables or restores a Role.' })
  setRoleStatus?: ProposedStatusInput | null;

  @Field(() => ProposedPermissionInput, { nullable: true, description: 'Makes a Permission.' })
  createPermission?: ProposedPermissionInput | null;

  @Field(() => ProposedStatusInput, { nullable: true, description: 'Disables or restores a Permission; what it would do in other Spaces is not looked at.' })
  setPermissionStatus?: ProposedStatusInput | null;

  @Field(() => ProposedRolePermissionInput, { nullable: true, description: 'Gives a Permission to a Role.' })
  createRolePermission?: ProposedRolePermissionInput | null;

  @Field(() => ProposedRevocationInput, { nullable: true, description: 'Takes a Permission from a Role.' })
  revokeRolePermission?: ProposedRevocationInput | null;

  @Field(() => ProposedRoleInheritanceInput, { nullable: true, description: 'Lets a Role inherit another.' })
  createRoleInheritance?: ProposedRoleInheritanceInput | null;

  @Field(() => ProposedRevocationInput, { nullable: true, description: 'Takes back what a Role inherits.' })
  revokeRoleInheritance?: ProposedRevocationInput | null;

  @Field(() => ProposedMemberRoleInput, { nullable: true, description: 'Assigns a Role to a Member.' })
  createMemberRole?: ProposedMemberRoleInput | null;

  @Field(() => ProposedMemberRoleChangeInput, { nullable: true, description: 'Changes start, end or condition of an assignment.' })
  updateMemberRole?: ProposedMemberRoleChangeInput | null;

  @Field(() => ProposedRevocationInput, { nullable: true, description: 'Takes a Role from a Member.' })
  revokeMemberRole?: ProposedRevocationInput | null;

  @Field(() => ProposedStatusInput, { nullable: true, description: 'Disables or restores a Member.' })
  setMemberStatus?: ProposedStatusInput | null;

  @Field(() => ProposedRevocationInput, { nullable: true, description: 'Ends that a User can act as a Member.' })
  revokeUserMember?: ProposedRevocationInput | null;

  @Field(() => ProposedGroupMoveInput, { nullable: true, description: 'Moves a Group with all below it.' })
  moveGroup?: ProposedGroupMoveInput | null;

  @Field(() => ProposedStatusInput, { nullable: true, description: 'Disables or restores a Group.' })
  setGroupStatus?: ProposedStatusInput | null;
}

@InputType({ description: 'What if these changes were made?' })
export class SimulateChangeInput {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => [ProposedChangeInput], { description: '1 to 100 changes, made one after the other.' })
  changes!: ProposedChangeInput[];

  @Field(() => String, { nullable: true, description: 'Revision of the facts that they are made to; the newest when absent. Pages of one answer name the revision of the first, and its until.' })
  revision?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of a resource type: only what concerns it.' })
  resourceType?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of an action: only what concerns it.' })
  action?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Asks decisions again that were recorded since then; needs audit:read in the whole Space.' })
  since?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'With since: decisions until then, the clock of the request when absent.' })
  until?: Date | null;

  @Field(() => ID, { nullable: true, description: 'With since: only decisions that were recorded before this one. To go on behind an answer that is not whole, name its oldestAuditEventId.' })
  beforeAuditEventId?: string | null;

  @Field(() => Int, { nullable: true, description: 'With since: how many decisions are looked at, the newest first; at most 10,000, 1,000 when absent.' })
  mostDecisions?: number | null;
}
