import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AssignmentStatus } from './enums.js';

@ObjectType('RolePermission', { implements: Node, simpleResolvers: true, description: 'A Permission that a Role holds.' })
export class RolePermission extends VersionedNode {
  @Field(() => ID, { description: 'The Space of the Role.' })
  spaceId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Permission.' })
  permissionId!: string;

  @Field(() => AssignmentStatus, { description: 'Whether the Role holds it now.' })
  status!: AssignmentStatus;
}

export const RolePermissionConnection = connection(RolePermission, 'RolePermission');

@ArgsType()
export class RolePermissionsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of Roles of this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this Role.' })
  roleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those with this Permission.' })
  permissionId?: string | null;

  @Field(() => AssignmentStatus, { nullable: true, description: 'Only those with this status.' })
  status?: AssignmentStatus | null;
}

@InputType({ description: 'The Permission to give to a Role.' })
export class CreateRolePermissionInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix rp_; made when absent, and not used when an old row revives.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Permission.' })
  permissionId!: string;
}

@InputType({ description: 'The RolePermission to act on.' })
export class RolePermissionIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The RolePermission.' })
  id!: string;
}

const rolePermission = { rolePermission: { type: () => RolePermission, description: 'The RolePermission as it is now.' } };
export const CreateRolePermissionPayload = payload('CreateRolePermissionPayload', rolePermission);
export const RevokeRolePermissionPayload = payload('RevokeRolePermissionPayload', rolePermission);
