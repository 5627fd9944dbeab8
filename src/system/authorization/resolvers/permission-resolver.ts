import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { permissionsRef } from '../services/permissions.js';
import {
  CreatePermissionInput, CreatePermissionPayload, DisablePermissionPayload, Permission, PermissionConnection, PermissionIdInput, PermissionsArgs, RestorePermissionPayload, UpdatePermissionInput, UpdatePermissionPayload,
} from './permission-types.js';

@Resolver()
export class PermissionResolver {
  @RequiresScopes('permissions:read')
  @Query(() => PermissionConnection, { nullable: true, description: 'The catalogue of Permissions, by type, action, scope and id.' })
  permissions(@Args(() => PermissionsArgs) { first, after, last, before, ...filter }: PermissionsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(permissionsRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('permissions:read')
  @Query(() => Permission, { nullable: true, description: 'One Permission; null when it is absent or not for the caller.' })
  async permission(@Arg('id', () => ID, { description: 'The Permission.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(permissionsRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('permissions:manage')
  @Audited('permission.created')
  @Mutation(() => CreatePermissionPayload, { nullable: true, description: 'Adds a Permission to the catalogue.' })
  createPermission(@Arg('input', () => CreatePermissionInput, { description: 'The new Permission.' }) input: CreatePermissionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(permissionsRef).create(context, input);
  }

  @RequiresScopes('permissions:manage')
  @Audited('permission.updated')
  @Mutation(() => UpdatePermissionPayload, { nullable: true, description: 'Changes the description of a Permission.' })
  updatePermission(@Arg('input', () => UpdatePermissionInput, { description: 'The change.' }) input: UpdatePermissionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(permissionsRef).update(context, input);
  }

  @RequiresScopes('permissions:manage')
  @Audited('permission.disabled')
  @Mutation(() => DisablePermissionPayload, { nullable: true, description: 'Disables a Permission: it grants nothing in any Space.' })
  disablePermission(@Arg('input', () => PermissionIdInput, { description: 'The Permission.' }) input: PermissionIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(permissionsRef).disable(context, input);
  }

  @RequiresScopes('permissions:manage')
  @Audited('permission.restored')
  @Mutation(() => RestorePermissionPayload, { nullable: true, description: 'Makes a disabled Permission count again; not one of global scope, nor one by which a Member of any Space would exceed a separation rule.' })
  restorePermission(@Arg('input', () => PermissionIdInput, { description: 'The Permission.' }) input: PermissionIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(permissionsRef).restore(context, input);
  }
}
