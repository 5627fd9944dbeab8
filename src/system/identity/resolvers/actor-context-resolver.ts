import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Authenticated, PageArgs } from '../../shared/resolvers/index.js';
import { actorContextsRef } from '../services/actor-contexts.js';
import { ActorBinding, ActorBindingConnection, ActorContext, SwitchMemberInput, SwitchMemberPayload } from './actor-context-types.js';

@Resolver(() => ActorContext)
export class ActorContextResolver {
  @Authenticated()
  @Query(() => ActorContext, { nullable: true, description: 'As whom the User of the caller may act, and acts.' })
  actorContext(@Ctx() { caller }: RequestContext): object {
    return { userId: caller.userId };
  }

  @Authenticated()
  @Audited('session.member_switched')
  @Mutation(() => SwitchMemberPayload, { nullable: true, description: 'Makes the session act by another of the own usable bindings.' })
  switchMember(@Arg('input', () => SwitchMemberInput, { description: 'The binding to act by.' }) input: SwitchMemberInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(actorContextsRef).switchMember(context, input);
  }

  @FieldResolver(() => ActorBinding, { nullable: true, description: 'The binding of the session, else the first usable one; null when there is none.' })
  active(@Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(actorContextsRef).active(context);
  }

  @FieldResolver(() => ActorBindingConnection, { nullable: true, description: 'Usable bindings: primary first, then by Space and Member name.' })
  bindings(@Args(() => PageArgs) page: PageArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(actorContextsRef).bindings(context, page);
  }
}
