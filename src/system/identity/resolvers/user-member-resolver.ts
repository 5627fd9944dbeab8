import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import type { UserMemberRow } from '../entities/user-member.js';
import { identityLoadersRef } from '../services/loaders.js';
import { may } from '../services/support/index.js';
import { userMembersRef } from '../services/user-members.js';
import { Member } from './member-types.js';
import { Space } from './space-types.js';
import {
  CreateUserMemberInput, CreateUserMemberPayload, RevokeUserMemberInput, RevokeUserMemberPayload, UpdateUserMemberInput,
  UpdateUserMemberPayload, UserMember, UserMemberConnection, UserMembersArgs,
} from './user-member-types.js';
import { User } from './user-types.js';

@Resolver(() => UserMember)
export class UserMemberResolver {
  @RequiresScopes('user_members:read')
  @Query(() => UserMemberConnection, { nullable: true, description: 'Bindings that the caller may read: primary first, then by Space and Member name.' })
  userMembers(@Args(() => UserMembersArgs) { spaceId, userId, memberId, status, ...page }: UserMembersArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(userMembersRef).list(context, { spaceId, userId, memberId, status }, page);
  }

  @RequiresScopes('user_members:read')
  @Query(() => UserMember, { nullable: true, description: 'One binding; null when it is absent or not for the caller.' })
  async userMember(@Arg('id', () => ID, { description: 'The binding.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(userMembersRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('user_members:manage')
  @Audited('user_member.created')
  @Mutation(() => CreateUserMemberPayload, { nullable: true, description: 'Lets a User act as a Member.' })
  createUserMember(@Arg('input', () => CreateUserMemberInput, { description: 'The new binding.' }) input: CreateUserMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(userMembersRef).create(context, input);
  }

  @RequiresScopes('user_members:manage')
  @Audited('user_member.updated')
  @Mutation(() => UpdateUserMemberPayload, { nullable: true, description: 'Changes a binding that is in use.' })
  updateUserMember(@Arg('input', () => UpdateUserMemberInput, { description: 'The change.' }) input: UpdateUserMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(userMembersRef).update(context, input);
  }

  @RequiresScopes('user_members:manage')
  @Audited('user_member.revoked')
  @Mutation(() => RevokeUserMemberPayload, { nullable: true, description: 'Ends a binding for good.' })
  revokeUserMember(@Arg('input', () => RevokeUserMemberInput, { description: 'The binding and the reason.' }) input: RevokeUserMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(userMembersRef).revoke(context, input);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Its User; null when the caller may not read it.' })
  user(@Root() row: UserMemberRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(identityLoadersRef).users.load(row.userId);
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Its Member; null when the caller may not read it.' })
  member(@Root() row: UserMemberRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(identityLoadersRef).members.load(row.memberId);
  }

  @FieldResolver(() => Space, { nullable: true, description: 'Its Space; null when the caller may not read it.' })
  space(@Root() row: UserMemberRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(identityLoadersRef).spaces.load(row.spaceId);
  }

  @FieldResolver(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB; values under secret-looking keys are redacted.' })
  metadata(@Root() { metadata }: UserMemberRow): unknown {
    return redacted(metadata);
  }

  @FieldResolver(() => Boolean, { description: 'The caller holds user_members:manage for it.' })
  viewerCanManage(@Root() row: UserMemberRow, @Ctx() context: RequestContext): boolean {
    return may(context, 'user_members:manage', { spaceId: row.spaceId });
  }
}
