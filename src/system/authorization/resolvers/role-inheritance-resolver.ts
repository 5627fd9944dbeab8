import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { roleInheritancesRef } from '../services/role-inheritances.js';
import { roleLoadersRef } from '../services/role-loaders.js';
import {
  CreateRoleInheritanceInput, CreateRoleInheritancePayload, RevokeRoleInheritancePayload, RoleInheritance, RoleInheritanceConnection,
  RoleInheritanceIdInput, RoleInheritancesArgs,
} from './role-inheritance-types.js';
import { Role } from './role-types.js';

@Resolver(() => RoleInheritance)
export class RoleInheritanceResolver {
  @RequiresScopes('roles:read')
  @Query(() => RoleInheritanceConnection, { nullable: true, description: 'Which Roles inherit which, by id.' })
  roleInheritances(@Args(() => RoleInheritancesArgs) { first, after, last, before, ...filter }: RoleInheritancesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(roleInheritancesRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:read')
  @Query(() => RoleInheritance, { nullable: true, description: 'One RoleInheritance; null when it is absent or not for the caller.' })
  async roleInheritance(@Arg('id', () => ID, { description: 'The RoleInheritance.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(roleInheritancesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('roles:manage')
  @Audited('role_inheritance.created')
  @Mutation(() => CreateRoleInheritancePayload, { nullable: true, description: 'Lets a Role inherit another one of its Space, without cycles and in chains of at most 16; one that was taken away revives.' })
  createRoleInheritance(@Arg('input', () => CreateRoleInheritanceInput, { description: 'The two Roles.' }) input: CreateRoleInheritanceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(roleInheritancesRef).create(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('role_inheritance.revoked')
  @Mutation(() => RevokeRoleInheritancePayload, { nullable: true, description: 'Takes from a Role what it inherits from another one.' })
  revokeRoleInheritance(@Arg('input', () => RoleInheritanceIdInput, { description: 'The RoleInheritance.' }) input: RoleInheritanceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(roleInheritancesRef).revoke(context, input);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The Role that inherits; null when it is not for the caller.' })
  role(@Root() { roleId }: RoleInheritance, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).roleById.load(roleId);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The Role that is inherited; null when it is not for the caller.' })
  inheritedRole(@Root() { inheritedRoleId }: RoleInheritance, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).roleById.load(inheritedRoleId);
  }
}
