import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AssignmentStatus } from './enums.js';

@ObjectType('MemberRole', { implements: Node, simpleResolvers: true, description: 'A Role that a Member holds, from its start until it ends or is revoked.' })
export class MemberRole extends VersionedNode {
  @Field(() => ID, { description: 'The Space of Role and Member.' })
  spaceId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which it is anchored; Permissions of a Group need one.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => AssignmentStatus, { description: 'Whether it was revoked.' })
  status!: AssignmentStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it starts; before that moment it does not count.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends; from that moment it does not count.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'CEL expression; it counts where this is true.' })
  condition?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked.' })
  revokedReason?: string | null;
}

export const MemberRoleConnection = connection(MemberRole, 'MemberRole');

@ArgsType()
export class MemberRolesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this Role.' })
  roleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those anchored at this Group.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => AssignmentStatus, { nullable: true, description: 'Only those with this status.' })
  status?: AssignmentStatus | null;
}

@InputType({ description: 'The Role to assign to a Member.' })
export class CreateMemberRoleInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix mr_; made when absent, and not used when an old row revives.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role, of the same Space.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group of the same Space at which to anchor it.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it starts, before its end; at once when absent.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends; in the future.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'CEL expression of at most 2000 characters; the assignment counts where it is true, and everywhere when absent.' })
  condition?: string | null;
}

@InputType({ description: 'What to change of an assignment; absent fields stay, null takes away.' })
export class UpdateMemberRoleInput extends ChangeInput {
  @Field(() => ID, { description: 'The MemberRole.' })
  id!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'New start, before the end; null lets it count from now on.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'New end, in the future; null takes the end away.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'New condition; null takes it away.' })
  condition?: string | null;
}

@InputType({ description: 'The MemberRole to revoke.' })
export class RevokeMemberRoleInput extends ChangeInput {
  @Field(() => ID, { description: 'The MemberRole.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters.' })
  reason?: string | null;
}

const memberRole = { memberRole: { type: () => MemberRole, description: 'The MemberRole as it is now.' } };
export const CreateMemberRolePayload = payload('CreateMemberRolePayload', memberRole);
export const UpdateMemberRolePayload = payload('UpdateMemberRolePayload', memberRole);
export const RevokeMemberRolePayload = payload('RevokeMemberRolePayload', memberRole);
