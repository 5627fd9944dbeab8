import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import {
  ChangeInput, connection, JsonScalar, MutationInput, Node, PageArgs, payload, VersionedNode,
} from '../../shared/resolvers/index.js';
import { RightStatus } from './enums.js';

@ObjectType('Role', { implements: Node, simpleResolvers: true, description: 'A named set of Permissions inside one Space.' })
export class Role extends VersionedNode {
  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Key, unique in its Space; never changes.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => RightStatus, { description: 'Whether it counts in decisions.' })
  status!: RightStatus;

  @Field(() => Boolean, { description: 'Whether Members of the Space may ask for it, see requestAccess.' })
  requestable!: boolean;

  @Field(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB.' })
  metadata!: unknown;
}

export const RoleConnection = connection(Role, 'Role');

@ArgsType()
export class RolesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only Roles of this Space.' })
  spaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only Roles with this key.' })
  key?: string | null;

  @Field(() => RightStatus, { nullable: true, description: 'Only Roles with this status.' })
  status?: RightStatus | null;
}

@InputType({ description: 'What a new Role is.' })
export class CreateRoleInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix role_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Key, unique in its Space: lower-case letters, digits and _.' })
  key!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether Members of the Space may ask for it; they may not when absent.' })
  requestable?: boolean | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Free data, at most 16 KiB.' })
  metadata?: unknown;
}

@InputType({ description: 'What to change of a Role; absent fields stay.' })
export class UpdateRoleInput extends ChangeInput {
  @Field(() => ID, { description: 'The Role.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'New description; null removes it.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether Members of the Space may ask for it from now on.' })
  requestable?: boolean | null;

  @Field(() => JsonScalar, { nullable: true, description: 'New metadata, replacing the old.' })
  metadata?: unknown;
}

@InputType({ description: 'The Role to act on.' })
export class RoleIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Role.' })
  id!: string;
}

const role = { role: { type: () => Role, description: 'The Role as it is now.' } };
export const CreateRolePayload = payload('CreateRolePayload', role);
export const UpdateRolePayload = payload('UpdateRolePayload', role);
export const DisableRolePayload = payload('DisableRolePayload', role);
export const RestoreRolePayload = payload('RestoreRolePayload', role);
