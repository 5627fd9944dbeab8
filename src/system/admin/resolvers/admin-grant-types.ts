import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AdminGrantLevel, AdminGrantStatus } from './enums.js';

@ObjectType('AdminGrant', { implements: Node, simpleResolvers: true, description: 'A right of one User to use the control plane itself.' })
export class AdminGrant extends VersionedNode {
  @Field(() => ID, { description: 'User who holds it.' })
  userId!: string;

  @Field(() => AdminGrantLevel, { description: 'How far it reaches.' })
  level!: AdminGrantLevel;

  @Field(() => ID, { nullable: true, description: 'Space it reaches, or that its group is in.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group it reaches, with all below.' })
  groupId?: string | null;

  @Field(() => String, { description: '*, domain:* or domain:action; domain:manage covers its domain.' })
  permissionKey!: string;

  @Field(() => AdminGrantStatus, { description: 'Whether it holds.' })
  status!: AdminGrantStatus;

  @Field(() => ID, { nullable: true, description: 'User who gave it.' })
  grantedByUserId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  expiresAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken away.' })
  revokedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was taken away.' })
  revokedReason?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was given.' })
  override createdAt!: Date;
}

export const AdminGrantConnection = connection(AdminGrant, 'AdminGrant');

@ArgsType()
export class AdminGrantsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only rights of this User.' })
  userId?: string | null;

  @Field(() => AdminGrantLevel, { nullable: true, description: 'Only rights of this level.' })
  level?: AdminGrantLevel | null;

  @Field(() => ID, { nullable: true, description: 'Only rights in this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only rights over exactly this group.' })
  groupId?: string | null;

  @Field(() => AdminGrantStatus, { nullable: true, description: 'Only rights with this status.' })
  status?: AdminGrantStatus | null;
}

@InputType({ description: 'What a new right is. It can be given only by who holds it at the same place.' })
export class CreateAdminGrantInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix ag_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'User who gets it.' })
  userId!: string;

  @Field(() => AdminGrantLevel, { description: 'How far it reaches; rights over the instance are given by super admins only.' })
  level!: AdminGrantLevel;

  @Field(() => ID, { nullable: true, description: 'Space, for SPACE_ADMIN; may be left out for GROUP_ADMIN.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group, for GROUP_ADMIN.' })
  groupId?: string | null;

  @Field(() => String, { description: '*, domain:* or domain:action of a registered permission; * for a super admin.' })
  permissionKey!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself; never for a super admin.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'The right to take away.' })
export class RevokeAdminGrantInput extends ChangeInput {
  @Field(() => ID, { description: 'The right.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters.' })
  reason?: string | null;
}

const adminGrant = { adminGrant: { type: () => AdminGrant, description: 'The right as it is now.' } };
export const CreateAdminGrantPayload = payload('CreateAdminGrantPayload', adminGrant);
export const RevokeAdminGrantPayload = payload('RevokeAdminGrantPayload', adminGrant);
