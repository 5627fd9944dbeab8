import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { roleLoadersRef } from '../services/role-loaders.js';
import { rolePermissionsRef } from '../services/role-permissions.js';
import { Permission } from './permission-types.js';
import {
  CreateRolePermissionInput, CreateRolePermissionPayload, RevokeRolePermissionPayload, RolePermission, RolePermissionConnection, RolePermissionIdInput, RolePermissionsArgs,
} from './role-permission-types.js';
import { Role } from './role-types.js';

@Resolver(() => RolePermission)
export class RolePermissionResolver {
  @RequiresScopes('roles:read')
  @Query(() => RolePermissionConnection, { nullable: true, description: 'Which Permissions Roles hold, by id.' })
  rolePermissions(@Args(() => RolePermissionsArgs) { first, after, last, before, ...filter }: RolePermissionsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolePermissionsRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:read')
  @Query(() => RolePermission, { nullable: true, description: 'One RolePermission; null when it is absent or not for the caller.' })
  async rolePermission(@Arg('id', () => ID, { description: 'The RolePermission.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(rolePermissionsRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('roles:manage')
  @Audited('role_permission.created')
  @Mutation(() => CreateRolePermissionPayload, { nullable: true, description: 'Gives a Permission to a Role; one that was taken away revives.' })
  createRolePermission(@Arg('input', () => CreateRolePermissionInput, { description: 'Role and Permission.' }) input: CreateRolePermissionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolePermissionsRef).create(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('role_permission.revoked')
  @Mutation(() => RevokeRolePermissionPayload, { nullable: true, description: 'Takes a Permission from a Role.' })
  revokeRolePermission(@Arg('input', () => RolePermissionIdInput, { description: 'The RolePermission.' }) input: RolePermissionIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolePermissionsRef).revoke(context, input);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The Role; null when it is not for the caller.' })
  role(@Root() { roleId }: RolePermission, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).roleById.load(roleId);
  }

  @FieldResolver(() => Permission, { nullable: true, description: 'The Permission; null when it is not for the caller.' })
  permission(@Root() { permissionId }: RolePermission, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).permissionById.load(permissionId);
  }
}
