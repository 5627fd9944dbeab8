import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { Audited, Public, RequiresScopes } from '../../../shared/resolvers/index.js';
import { invitationsRef } from '../../services/credentials/invitations.js';
import { oneTimeLinksRef } from '../../services/credentials/one-time-links.js';
import { passwordRecoveryRef } from '../../services/credentials/password-recovery.js';
import {
  CreateInvitationInput, CreateInvitationPayload, CreateRecoveryLinkInput, CreateRecoveryLinkPayload, OneTimeLinkConnection, OneTimeLinksArgs,
  RedeemInvitationInput, RedeemInvitationPayload, RedeemRecoveryLinkInput, RedeemRecoveryLinkPayload, RevokeLinkInput, RevokeLinkPayload,
} from './link-types.js';

@Resolver()
export class LinkResolver {
  @RequiresScopes('users:manage', 'members:manage')
  @Query(() => OneTimeLinkConnection, { nullable: true, description: 'Recovery links (users:manage on the instance) and invitations (members:manage in their Space), newest first.' })
  oneTimeLinks(@Args(() => OneTimeLinksArgs) { purpose, spaceId, userId, ...page }: OneTimeLinksArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(oneTimeLinksRef).list(context, { purpose, spaceId, userId }, page);
  }

  @RequiresScopes('users:manage')
  @Audited('link.created')
  @Mutation(() => CreateRecoveryLinkPayload, { nullable: true, description: 'Makes a link by which a User sets a new password. Needs users:manage on the instance and every right that the User holds.' })
  createRecoveryLink(@Arg('input', () => CreateRecoveryLinkInput, { description: 'The User.' }) input: CreateRecoveryLinkInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(oneTimeLinksRef).createRecovery(context, input);
  }

  @RequiresScopes('members:manage')
  @Audited('link.created')
  @Mutation(() => CreateInvitationPayload, { nullable: true, description: 'Makes a link by which the owner of an e-mail address becomes a Member of a Space.' })
  createInvitation(@Arg('input', () => CreateInvitationInput, { description: 'The invitation.' }) input: CreateInvitationInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(oneTimeLinksRef).createInvitation(context, input);
  }

  @RequiresScopes('users:manage', 'members:manage')
  @Audited('link.revoked')
  @Mutation(() => RevokeLinkPayload, { nullable: true, description: 'Takes back a link that nobody has used.' })
  revokeLink(@Arg('input', () => RevokeLinkInput, { description: 'The link.' }) input: RevokeLinkInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(oneTimeLinksRef).revoke(context, input);
  }

  @Public()
  @Audited('link.redeemed', 'password.changed', 'session.ended', 'link.revoked')
  @Mutation(() => RedeemRecoveryLinkPayload, { nullable: true, description: 'Sets a new password by a recovery link and ends all sessions of the User.' })
  redeemRecoveryLink(@Arg('input', () => RedeemRecoveryLinkInput, { description: 'Link and password.' }) input: RedeemRecoveryLinkInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(passwordRecoveryRef).redeem(context, input);
  }

  @Public()
  @Audited('link.redeemed', 'user.registered', 'member.created', 'user_member.created')
  @Mutation(() => RedeemInvitationPayload, { nullable: true, description: 'Takes up an invitation: as the signed-in User with the invited address, or as a new User.' })
  redeemInvitation(@Arg('input', () => RedeemInvitationInput, { description: 'Link and person.' }) input: RedeemInvitationInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(invitationsRef).redeem(context, input);
  }
}
