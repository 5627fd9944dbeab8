import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { PermissionEffect, PermissionScope, RightStatus } from './enums.js';

@ObjectType('Permission', { implements: Node, simpleResolvers: true, description: 'One action on one resource type within one scope, allowed or denied; the same for all Spaces.' })
export class Permission extends VersionedNode {
  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => PermissionEffect, { description: 'Whether it allows or denies.' })
  effect!: PermissionEffect;

  @Field(() => String, { nullable: true, description: 'CEL expression; it counts where this is true.' })
  condition?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => RightStatus, { description: 'Whether it counts in decisions.' })
  status!: RightStatus;
}

export const PermissionConnection = connection(Permission, 'Permission');

@ArgsType()
export class PermissionsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only Permissions on this resource type.' })
  resourceType?: string | null;

  @Field(() => String, { nullable: true, description: 'Only Permissions for this action.' })
  action?: string | null;

  @Field(() => PermissionScope, { nullable: true, description: 'Only Permissions of this scope.' })
  scope?: PermissionScope | null;

  @Field(() => PermissionEffect, { nullable: true, description: 'Only Permissions with this effect.' })
  effect?: PermissionEffect | null;

  @Field(() => RightStatus, { nullable: true, description: 'Only Permissions with this status.' })
  status?: RightStatus | null;
}

@InputType({ description: 'What a new Permission is. One of global scope is stored disabled.' })
export class CreatePermissionInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix perm_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Key of the resource type; it need not be registered yet.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => PermissionEffect, { nullable: true, description: 'Whether it allows or denies; it allows when absent.' })
  effect?: PermissionEffect | null;

  @Field(() => String, { nullable: true, description: 'CEL expression of at most 2000 characters; the Permission counts where it is true, and everywhere when absent.' })
  condition?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;
}

@InputType({ description: 'What to change of a Permission; what it says never changes: another rule is another Permission.' })
export class UpdatePermissionInput extends ChangeInput {
  @Field(() => ID, { description: 'The Permission.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New description; null removes it.' })
  description?: string | null;
}

@InputType({ description: 'The Permission to act on.' })
export class PermissionIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The Permission.' })
  id!: string;
}

const permission = { permission: { type: () => Permission, description: 'The Permission as it is now.' } };
export const CreatePermissionPayload = payload('CreatePermissionPayload', permission);
export const UpdatePermissionPayload = payload('UpdatePermissionPayload', permission);
export const DisablePermissionPayload = payload('DisablePermissionPayload', permission);
export const RestorePermissionPayload = payload('RestorePermissionPayload', permission);
