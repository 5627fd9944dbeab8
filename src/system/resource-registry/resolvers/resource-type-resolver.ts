import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import { registryLoadersRef } from '../services/registry-loaders.js';
import { resourceTypesRef } from '../services/resource-types.js';
import { ResourceMapping } from './resource-mapping-types.js';
import {
  CreateResourceTypeInput, CreateResourceTypePayload, DisableResourceTypePayload, ResourceType, ResourceTypeConnection, ResourceTypeIdInput,
  ResourceTypesArgs, RestoreResourceTypePayload, UpdateResourceTypeInput, UpdateResourceTypePayload,
} from './resource-type-types.js';

@Resolver(() => ResourceType)
export class ResourceTypeResolver {
  @RequiresScopes('registry:read')
  @Query(() => ResourceTypeConnection, { nullable: true, description: 'Resource types, by key. Needs registry:read on the instance.' })
  resourceTypes(@Args(() => ResourceTypesArgs) { status, owner, ...page }: ResourceTypesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceTypesRef).list(context, { status, owner }, page);
  }

  @RequiresScopes('registry:read')
  @Query(() => ResourceType, { nullable: true, description: 'The resource type with a key; null when it is absent or not for the caller.' })
  async resourceType(@Arg('key', () => String, { description: 'Key of the type.' }) key: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(resourceTypesRef).byKeys(context, [key]))[0];
  }

  @FieldResolver(() => JsonScalar)
  metadata(@Root() type: ResourceType): unknown {
    return redacted(type.metadata);
  }

  @RequiresScopes('registry:read')
  @FieldResolver(() => ResourceMapping, { nullable: true, description: 'Where its Resources are kept; null when that was not said yet.' })
  mapping(@Root() type: ResourceType, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(registryLoadersRef).mappingByType.load(type.key);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_type.created')
  @Mutation(() => CreateResourceTypePayload, { nullable: true, description: 'Creates a resource type that belongs to the application.' })
  createResourceType(@Arg('input', () => CreateResourceTypeInput, { description: 'The new type.' }) input: CreateResourceTypeInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceTypesRef).create(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_type.updated')
  @Mutation(() => UpdateResourceTypePayload, { nullable: true, description: 'Changes a resource type of the application.' })
  updateResourceType(@Arg('input', () => UpdateResourceTypeInput, { description: 'The change.' }) input: UpdateResourceTypeInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceTypesRef).update(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_type.disabled')
  @Mutation(() => DisableResourceTypePayload, { nullable: true, description: 'Disables a resource type: every decision about it denies, and no Resource of it can be made.' })
  disableResourceType(@Arg('input', () => ResourceTypeIdInput, { description: 'The type.' }) input: ResourceTypeIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceTypesRef).disable(context, input);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_type.restored')
  @Mutation(() => RestoreResourceTypePayload, { nullable: true, description: 'Makes a disabled resource type active again.' })
  restoreResourceType(@Arg('input', () => ResourceTypeIdInput, { description: 'The type.' }) input: ResourceTypeIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceTypesRef).restore(context, input);
  }
}
