import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import type { MemberRow } from '../entities/member.js';
import { identityLoadersRef } from '../services/loaders.js';
import { membersRef } from '../services/members.js';
import { may } from '../services/support/index.js';
import {
  CreateMemberInput, CreateMemberPayload, DisableMemberPayload, Member, MemberConnection, MemberIdInput, MembersArgs, RestoreMemberPayload,
  UpdateMemberInput, UpdateMemberPayload,
} from './member-types.js';
import { Space } from './space-types.js';

@Resolver(() => Member)
export class MemberResolver {
  @RequiresScopes('members:read')
  @Query(() => MemberConnection, { nullable: true, description: 'Members of a Space that the caller may read, by display name.' })
  members(@Args(() => MembersArgs) { spaceId, memberType, status, externalId, search, ...page }: MembersArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(membersRef).list(context, { spaceId, memberType, status, externalId, search }, page);
  }

  @RequiresScopes('members:read')
  @Query(() => Member, { nullable: true, description: 'One Member; null when it is absent or not for the caller.' })
  async member(@Arg('id', () => ID, { description: 'The Member.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(membersRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('members:manage')
  @Audited('member.created')
  @Mutation(() => CreateMemberPayload, { nullable: true, description: 'Creates a Member in a Space.' })
  createMember(@Arg('input', () => CreateMemberInput, { description: 'The new Member.' }) input: CreateMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(membersRef).create(context, input);
  }

  @RequiresScopes('members:manage')
  @Audited('member.updated')
  @Mutation(() => UpdateMemberPayload, { nullable: true, description: 'Changes a Member.' })
  updateMember(@Arg('input', () => UpdateMemberInput, { description: 'The change.' }) input: UpdateMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(membersRef).update(context, input);
  }

  @RequiresScopes('members:manage')
  @Audited('member.disabled')
  @Mutation(() => DisableMemberPayload, { nullable: true, description: 'Disables a Member: every decision for it denies.' })
  disableMember(@Arg('input', () => MemberIdInput, { description: 'The Member.' }) input: MemberIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(membersRef).disable(context, input);
  }

  @RequiresScopes('members:manage')
  @Audited('member.restored')
  @Mutation(() => RestoreMemberPayload, { nullable: true, description: 'Makes a disabled Member active again.' })
  restoreMember(@Arg('input', () => MemberIdInput, { description: 'The Member.' }) input: MemberIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(membersRef).restore(context, input);
  }

  @FieldResolver(() => Space, { nullable: true, description: 'Its Space; null when the caller may not read it.' })
  space(@Root() row: MemberRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(identityLoadersRef).spaces.load(row.spaceId);
  }

  @FieldResolver(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB; values under secret-looking keys are redacted.' })
  metadata(@Root() { metadata }: MemberRow): unknown {
    return redacted(metadata);
  }

  @FieldResolver(() => Boolean, { description: 'The caller holds members:manage for it.' })
  viewerCanManage(@Root() row: MemberRow, @Ctx() context: RequestContext): boolean {
    return may(context, 'members:manage', { spaceId: row.spaceId });
  }
}
