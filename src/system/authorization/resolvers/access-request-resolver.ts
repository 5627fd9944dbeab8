import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Authenticated, RequiresPolicies, RequiresScopes } from '../../shared/resolvers/index.js';
import { accessRequestDecisionsRef } from '../services/access-requests/access-request-decisions.js';
import { accessRequestQueriesRef } from '../services/access-requests/access-request-queries.js';
import { accessRequestsRef } from '../services/access-requests/access-requests.js';
import { roleLoadersRef } from '../services/role-loaders.js';
import {
  AccessRequest, AccessRequestConnection, AccessRequestsArgs, ApproveAccessRequestInput, ApproveAccessRequestPayload, MyAccessRequestsArgs,
  RefuseAccessRequestInput, RefuseAccessRequestPayload, RequestableRoleConnection, RequestableRolesArgs, RequestAccessInput, RequestAccessPayload,
  WithdrawAccessRequestInput, WithdrawAccessRequestPayload,
} from './access-request-types.js';
import { Role } from './role-types.js';

@Resolver(() => AccessRequest)
export class AccessRequestResolver {
  @RequiresScopes('roles:manage')
  @Query(() => AccessRequestConnection, { nullable: true, description: 'Requests for Roles that the caller may settle, newest first. Admins of a Group see those anchored inside it.' })
  accessRequests(@Args(() => AccessRequestsArgs) { first, after, last, before, ...filter }: AccessRequestsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestQueriesRef).list(context, filter, { first, after, last, before });
  }

  @Authenticated()
  @Query(() => AccessRequestConnection, { nullable: true, description: 'Requests of the caller itself, through whichever binding, newest first.' })
  myAccessRequests(@Args(() => MyAccessRequestsArgs) { first, after, last, before, ...filter }: MyAccessRequestsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestQueriesRef).own(context, filter, { first, after, last, before });
  }

  @Authenticated()
  @Query(() => AccessRequest, { nullable: true, description: 'One request, of the caller or for it to settle; null when it is absent or not for the caller.' })
  async accessRequest(@Arg('id', () => ID, { description: 'The request.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(accessRequestQueriesRef).byIds(context, [id]))[0];
  }

  @Authenticated()
  @Query(() => RequestableRoleConnection, { nullable: true, description: 'Roles that Members of a Space may ask for, by key; nothing when the caller is no Member of it.' })
  requestableRoles(@Args(() => RequestableRolesArgs) { spaceId, ...page }: RequestableRolesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestQueriesRef).requestableRoles(context, spaceId, page);
  }

  @Authenticated()
  @Audited('access_request.created')
  @Mutation(() => RequestAccessPayload, { nullable: true, description: 'Asks for a Role as one of the own Members. People ask, not API keys.' })
  requestAccess(@Arg('input', () => RequestAccessInput, { description: 'The Role and why.' }) input: RequestAccessInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestsRef).ask(context, input);
  }

  @RequiresScopes('roles:manage')
  @RequiresPolicies('interactive_session')
  @Audited('access_request.approved', 'member_role.created')
  @Mutation(() => ApproveAccessRequestPayload, { nullable: true, description: 'Approves a request of somebody else: assigns the Role until its end.' })
  approveAccessRequest(@Arg('input', () => ApproveAccessRequestInput, { description: 'The request.' }) input: ApproveAccessRequestInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestDecisionsRef).approve(context, input);
  }

  @RequiresScopes('roles:manage')
  @RequiresPolicies('interactive_session')
  @Audited('access_request.refused')
  @Mutation(() => RefuseAccessRequestPayload, { nullable: true, description: 'Refuses a request of somebody else.' })
  refuseAccessRequest(@Arg('input', () => RefuseAccessRequestInput, { description: 'The request and the reason.' }) input: RefuseAccessRequestInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestDecisionsRef).refuse(context, input);
  }

  @Authenticated()
  @Audited('access_request.withdrawn')
  @Mutation(() => WithdrawAccessRequestPayload, { nullable: true, description: 'Takes back a request of the caller itself.' })
  withdrawAccessRequest(@Arg('input', () => WithdrawAccessRequestInput, { description: 'The request.' }) input: WithdrawAccessRequestInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessRequestsRef).withdraw(context, input);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The Role; null when it is not for the caller.' })
  role(@Root() { roleId }: AccessRequest, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).roleById.load(roleId);
  }
}
