import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { Audited, Authenticated, PageArgs, Public, RequiresScopes } from '../../../shared/resolvers/index.js';
import { sessionRefreshRef } from '../../services/credentials/session-refresh.js';
import { sessionsRef } from '../../services/credentials/sessions.js';
import { signInRef } from '../../services/credentials/sign-in.js';
import {
  EndAllSessionsInput, EndAllSessionsPayload, EndSessionInput, EndSessionPayload, RefreshSessionInput, RefreshSessionPayload, SessionConnection,
  SessionsArgs, SignInInput, SignInPayload, SignOutInput, SignOutPayload,
} from './session-types.js';

@Resolver()
export class SessionResolver {
  @Authenticated()
  @Query(() => SessionConnection, { nullable: true, description: 'Open sessions of the caller, newest first.' })
  mySessions(@Args(() => PageArgs) page: PageArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(sessionsRef).mine(context, page);
  }

  @RequiresScopes('sessions:read')
  @Query(() => SessionConnection, { nullable: true, description: 'Sessions of all Users, newest first. Needs sessions:read on the instance.' })
  sessions(@Args(() => SessionsArgs) { userId, open, ...page }: SessionsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(sessionsRef).list(context, { userId, open }, page);
  }

  @Public()
  @Audited('session.started', 'session.ended', 'session.sign_in_failed', 'session.sign_in_locked')
  @Mutation(() => SignInPayload, { nullable: true, description: 'Opens a session by e-mail address and password.' })
  signIn(@Arg('input', () => SignInInput, { description: 'Who signs in.' }) input: SignInInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(signInRef).signIn(context, input);
  }

  @Public()
  @Audited('session.refreshed', 'session.refresh_reused', 'session.ended')
  @Mutation(() => RefreshSessionPayload, { nullable: true, description: 'Exchanges a refresh token for new tokens. A used one that comes back ends its session.' })
  refreshSession(@Arg('input', () => RefreshSessionInput, { description: 'The refresh token.' }) input: RefreshSessionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(sessionRefreshRef).refresh(context, input);
  }

  @Authenticated()
  @Audited('session.ended')
  @Mutation(() => SignOutPayload, { nullable: true, description: 'Ends the session that asks. API keys and tokens of other issuers have none: they are refused.' })
  signOut(
    @Arg('input', () => SignOutInput, { nullable: true, description: 'Nothing is needed.' }) input: SignOutInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    return context.services.get(sessionsRef).signOut(context, input ?? {});
  }

  @Authenticated()
  @Audited('session.ended')
  @Mutation(() => EndSessionPayload, { nullable: true, description: 'Ends a session of the caller, or with sessions:manage on the instance any.' })
  endSession(@Arg('input', () => EndSessionInput, { description: 'The session.' }) input: EndSessionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(sessionsRef).end(context, input);
  }

  @Authenticated()
  @Audited('session.ended')
  @Mutation(() => EndAllSessionsPayload, { nullable: true, description: 'Ends all sessions of the caller, or with sessions:manage on the instance of any User.' })
  endAllSessions(@Arg('input', () => EndAllSessionsInput, { description: 'Whose.' }) input: EndAllSessionsInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(sessionsRef).endAll(context, input);
  }
}
