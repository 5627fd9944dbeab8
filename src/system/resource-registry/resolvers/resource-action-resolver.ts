import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, RequiresScopes } from '../../shared/resolvers/index.js';
import { resourceActionsRef } from '../services/resource-actions.js';
import {
  CreateResourceActionInput, CreateResourceActionPayload, DisableResourceActionPayload, ResourceAction, ResourceActionConnection,
  ResourceActionIdInput, ResourceActionsArgs, RestoreResourceActionPayload, UpdateResourceActionInput, UpdateResourceActionPayload,
} from './resource-action-types.js';

@Resolver()
export class ResourceActionResolver {
  @RequiresScopes('registry:read')
  @Query(() => ResourceActionConnection, { nullable: true, description: 'Actions of resource types, by type and key. Needs registry:read on the instance.' })
  resourceActions(@Args(() => ResourceActionsArgs) { resourceType, riskLevel, status, ...page }: ResourceActionsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceActionsRef).list(context, { resourceType, riskLevel, status }, page);
  }

  @RequiresScopes('registry:read')
  @Query(() => ResourceAction, { nullable: true, description: 'One action; null when it is absent or not for the caller.' })
  async resourceAction(@Arg('id', () => ID, { description: 'The action.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(resourceActionsRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_action.created')
  @Mutation(() => CreateResourceActionPayload, { nullable: true, description: 'Creates an action of a type of the application.' })
  createResourceAction(@Arg('input', () => CreateResourceActionInput, { description: 'The new action.' }) input: CreateResourceActionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceActionsRef).create(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_action.updated')
  @Mutation(() => UpdateResourceActionPayload, { nullable: true, description: 'Changes an action of a type of the application.' })
  updateResourceAction(@Arg('input', () => UpdateResourceActionInput, { description: 'The change.' }) input: UpdateResourceActionInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceActionsRef).update(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_action.disabled')
  @Mutation(() => DisableResourceActionPayload, { nullable: true, description: 'Disables an action: every decision about it denies.' })
  disableResourceAction(@Arg('input', () => ResourceActionIdInput, { description: 'The action.' }) input: ResourceActionIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceActionsRef).disable(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_action.restored')
  @Mutation(() => RestoreResourceActionPayload, { nullable: true, description: 'Makes a disabled action active again.' })
  restoreResourceAction(@Arg('input', () => ResourceActionIdInput, { description: 'The action.' }) input: ResourceActionIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceActionsRef).restore(context, input);
  }
}
