import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { rolesRef } from '../services/roles.js';
import {
  CreateRoleInput, CreateRolePayload, DisableRolePayload, RestoreRolePayload, Role, RoleConnection, RoleIdInput, RolesArgs, UpdateRoleInput, UpdateRolePayload,
} from './role-types.js';

@Resolver()
export class RoleResolver {
  @RequiresScopes('roles:read')
  @Query(() => RoleConnection, { nullable: true, description: 'Roles that the caller may read, by id.' })
  roles(@Args(() => RolesArgs) { first, after, last, before, ...filter }: RolesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolesRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:read')
  @Query(() => Role, { nullable: true, description: 'One Role; null when it is absent or not for the caller.' })
  async role(@Arg('id', () => ID, { description: 'The Role.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(rolesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('roles:manage')
  @Audited('role.created')
  @Mutation(() => CreateRolePayload, { nullable: true, description: 'Creates a Role in a Space.' })
  createRole(@Arg('input', () => CreateRoleInput, { description: 'The new Role.' }) input: CreateRoleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolesRef).create(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('role.updated')
  @Mutation(() => UpdateRolePayload, { nullable: true, description: 'Changes a Role.' })
  updateRole(@Arg('input', () => UpdateRoleInput, { description: 'The change.' }) input: UpdateRoleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolesRef).update(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('role.disabled')
  @Mutation(() => DisableRolePayload, { nullable: true, description: 'Disables a Role: it grants nothing, its assignments stay.' })
  disableRole(@Arg('input', () => RoleIdInput, { description: 'The Role.' }) input: RoleIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolesRef).disable(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('role.restored')
  @Mutation(() => RestoreRolePayload, { nullable: true, description: 'Makes a disabled Role count again.' })
  restoreRole(@Arg('input', () => RoleIdInput, { description: 'The Role.' }) input: RoleIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(rolesRef).restore(context, input);
  }
}
