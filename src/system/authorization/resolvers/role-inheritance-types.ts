import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AssignmentStatus } from './enums.js';

@ObjectType('RoleInheritance', { implements: Node, simpleResolvers: true, description: 'That a Role has what another Role of its Space has, as far as both are active.' })
export class RoleInheritance extends VersionedNode {
  @Field(() => ID, { description: 'The Space of both Roles.' })
  spaceId!: string;

  @Field(() => ID, { description: 'The Role that inherits.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Role that is inherited.' })
  inheritedRoleId!: string;

  @Field(() => AssignmentStatus, { description: 'Whether it inherits now.' })
  status!: AssignmentStatus;
}

export const RoleInheritanceConnection = connection(RoleInheritance, 'RoleInheritance');

@ArgsType()
export class RoleInheritancesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of Roles of this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what this Role inherits.' })
  roleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what inherits this Role.' })
  inheritedRoleId?: string | null;

  @Field(() => AssignmentStatus, { nullable: true, description: 'Only those with this status.' })
  status?: AssignmentStatus | null;
}

@InputType({ description: 'The Role to let another one inherit.' })
export class CreateRoleInheritanceInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix ri_; made when absent, and not used when an old row revives.' })
  id?: string | null;

  @Field(() => ID, { description: 'The Role that inherits.' })
  roleId!: string;

  @Field(() => ID, { description: 'The Role that is inherited, of the same Space.' })
  inheritedRoleId!: string;
}

@InputType({ description: 'The RoleInheritance to act on.' })
export class RoleInheritanceIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The RoleInheritance.' })
  id!: string;
}

const roleInheritance = { roleInheritance: { type: () => RoleInheritance, description: 'The RoleInheritance as it is now.' } };
export const CreateRoleInheritancePayload = payload('CreateRoleInheritancePayload', roleInheritance);
export const RevokeRoleInheritancePayload = payload('RevokeRoleInheritancePayload', roleInheritance);
