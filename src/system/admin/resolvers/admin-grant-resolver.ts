import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresPolicies, RequiresScopes } from '../../shared/resolvers/index.js';
import { adminGrantsRef } from '../services/grants/admin-grants.js';
import {
  AdminGrant, AdminGrantConnection, AdminGrantsArgs, CreateAdminGrantInput, CreateAdminGrantPayload, RevokeAdminGrantInput, RevokeAdminGrantPayload,
} from './admin-grant-types.js';

@Resolver()
export class AdminGrantResolver {
  @RequiresScopes('admin_grants:read')
  @Query(() => AdminGrantConnection, { nullable: true, description: 'Rights within reach of the caller, newest first. Rights over the instance need instance reach.' })
  adminGrants(@Args(() => AdminGrantsArgs) { first, after, last, before, ...filter }: AdminGrantsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(adminGrantsRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('admin_grants:read')
  @Query(() => AdminGrant, { nullable: true, description: 'One right; null when it is absent or not for the caller.' })
  async adminGrant(@Arg('id', () => ID, { description: 'The right.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(adminGrantsRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('admin_grants:manage')
  @RequiresPolicies('interactive_session')
  @Audited('admin_grant.created')
  @Mutation(() => CreateAdminGrantPayload, { nullable: true, description: 'Gives a User a right that the caller holds at the same place. Not with an API key.' })
  createAdminGrant(@Arg('input', () => CreateAdminGrantInput, { description: 'The new right.' }) input: CreateAdminGrantInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(adminGrantsRef).create(context, input);
  }

  @RequiresScopes('admin_grants:manage')
  @RequiresPolicies('interactive_session')
  @Audited('admin_grant.revoked')
  @Mutation(() => RevokeAdminGrantPayload, { nullable: true, description: 'Takes a right away. The last super admin stays. Not with an API key.' })
  revokeAdminGrant(@Arg('input', () => RevokeAdminGrantInput, { description: 'The right.' }) input: RevokeAdminGrantInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(adminGrantsRef).revoke(context, input);
  }
}
