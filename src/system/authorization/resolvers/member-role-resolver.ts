import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { roleLoadersRef } from '../services/role-loaders.js';
import { memberRolesRef } from '../services/member-roles.js';
import {
  CreateMemberRoleInput, CreateMemberRolePayload, MemberRole, MemberRoleConnection, MemberRolesArgs, RevokeMemberRoleInput, RevokeMemberRolePayload, UpdateMemberRoleInput,
  UpdateMemberRolePayload,
} from './member-role-types.js';
import { Role } from './role-types.js';

@Resolver(() => MemberRole)
export class MemberRoleResolver {
  @RequiresScopes('roles:read')
  @Query(() => MemberRoleConnection, { nullable: true, description: 'Which Roles Members hold, by id. Admins of a Group see what is anchored inside it.' })
  memberRoles(@Args(() => MemberRolesArgs) { first, after, last, before, ...filter }: MemberRolesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(memberRolesRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('roles:read')
  @Query(() => MemberRole, { nullable: true, description: 'One MemberRole; null when it is absent or not for the caller.' })
  async memberRole(@Arg('id', () => ID, { description: 'The MemberRole.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(memberRolesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('roles:manage')
  @Audited('member_role.created')
  @Mutation(() => CreateMemberRolePayload, { nullable: true, description: 'Assigns a Role to a Member; an assignment that was revoked or has ended revives.' })
  createMemberRole(@Arg('input', () => CreateMemberRoleInput, { description: 'The assignment.' }) input: CreateMemberRoleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(memberRolesRef).create(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('member_role.updated')
  @Mutation(() => UpdateMemberRolePayload, { nullable: true, description: 'Changes from when, until when and on what condition an assignment counts.' })
  updateMemberRole(@Arg('input', () => UpdateMemberRoleInput, { description: 'The change.' }) input: UpdateMemberRoleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(memberRolesRef).update(context, input);
  }

  @RequiresScopes('roles:manage')
  @Audited('member_role.revoked')
  @Mutation(() => RevokeMemberRolePayload, { nullable: true, description: 'Takes a Role from a Member.' })
  revokeMemberRole(@Arg('input', () => RevokeMemberRoleInput, { description: 'The assignment and the reason.' }) input: RevokeMemberRoleInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(memberRolesRef).revoke(context, input);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The Role; null when it is not for the caller.' })
  role(@Root() { roleId }: MemberRole, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(roleLoadersRef).roleById.load(roleId);
  }
}
