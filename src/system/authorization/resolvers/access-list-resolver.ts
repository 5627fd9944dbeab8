import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { accessListsRef } from '../services/lists/access-lists.js';
import {
  ListActionsArgs, ListActorsArgs, ListedActionConnection, ListedActorConnection, ListedResourceConnection, ListResourcesArgs,
} from './access-list-types.js';

const ANSWER = 'Complete, in pages; each page names the revision that it saw and is in the audit log before it is answered.';

@Resolver()
export class AccessListResolver {
  @Cost(100)
  @RequiresScopes('authz:check')
  @Query(() => ListedActorConnection, { nullable: true, description: `Who may do an action on a resource, by Member and binding. ${ANSWER}` })
  listActors(@Args(() => ListActorsArgs) { input, ...page }: ListActorsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessListsRef).listActors(context, input, page);
  }

  @Cost(100)
  @RequiresScopes('authz:check')
  @Query(() => ListedResourceConnection, { nullable: true, description: `On which stored Resources an actor may do an action, Group by Group; in the past by id. ${ANSWER}` })
  listResources(@Args(() => ListResourcesArgs) { input, ...page }: ListResourcesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessListsRef).listResources(context, input, page);
  }

  @Cost(100)
  @RequiresScopes('authz:check')
  @Query(() => ListedActionConnection, { nullable: true, description: `What an actor may do on a resource, by key. ${ANSWER}` })
  listActions(@Args(() => ListActionsArgs) { input, ...page }: ListActionsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessListsRef).listActions(context, input, page);
  }
}
