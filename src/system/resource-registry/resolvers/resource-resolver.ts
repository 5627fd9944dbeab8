import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import { registryLoadersRef } from '../services/registry-loaders.js';
import { resourcesRef } from '../services/resources.js';
import { ResourceType } from './resource-type-types.js';
import {
  ArchiveResourcePayload, CreateResourceInput, CreateResourcePayload, DeleteResourcePayload, Resource, ResourceConnection, ResourceIdInput,
  ResourcesArgs, RestoreResourcePayload, UpdateResourceInput, UpdateResourcePayload,
} from './resource-types.js';

@Resolver(() => Resource)
export class ResourceResolver {
  @RequiresScopes('resources:read')
  @Query(() => ResourceConnection, { nullable: true, description: 'Resources that the caller may read, by id.' })
  resources(@Args(() => ResourcesArgs) { first, after, last, before, ...filter }: ResourcesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).list(context, filter, { first, after, last, before });
  }

  @RequiresScopes('resources:read')
  @Query(() => Resource, { nullable: true, description: 'One Resource; null when it is absent or not for the caller.' })
  async resource(@Arg('id', () => ID, { description: 'The Resource.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(resourcesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('resources:read')
  @Query(() => Resource, { nullable: true, description: 'The Resource that a business system knows by its own id; null when it is absent or not for the caller.' })
  resourceByExternalId(
    @Arg('spaceId', () => ID, { description: 'Its Space.' }) spaceId: string,
    @Arg('resourceType', () => String, { description: 'Key of its type.' }) resourceType: string,
    @Arg('externalId', () => String, { description: 'Its id in the business system.' }) externalId: string,
    @Ctx() context: RequestContext,
  ): Promise<object | undefined> {
    return context.services.get(resourcesRef).byExternalId(context, { spaceId, resourceType, externalId });
  }

  @FieldResolver(() => JsonScalar)
  metadata(@Root() resource: Resource): unknown {
    return redacted(resource.metadata);
  }

  @RequiresScopes('registry:read')
  @FieldResolver(() => ResourceType, { nullable: true, description: 'Its type, for those who may read the registry.' })
  type(@Root() resource: Resource, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(registryLoadersRef).typeByKey.load(resource.resourceType);
  }

  @RequiresScopes('resources:manage')
  @Audited('resource.created')
  @Mutation(() => CreateResourcePayload, { nullable: true, description: 'Puts a business object under governance.' })
  createResource(@Arg('input', () => CreateResourceInput, { description: 'The new Resource.' }) input: CreateResourceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).create(context, input);
  }

  @RequiresScopes('resources:manage')
  @Audited('resource.updated')
  @Mutation(() => UpdateResourcePayload, { nullable: true, description: 'Changes or moves a Resource.' })
  updateResource(@Arg('input', () => UpdateResourceInput, { description: 'The change.' }) input: UpdateResourceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).update(context, input);
  }

  @RequiresScopes('resources:manage')
  @Audited('resource.archived')
  @Mutation(() => ArchiveResourcePayload, { nullable: true, description: 'Puts a Resource away: every decision about it denies.' })
  archiveResource(@Arg('input', () => ResourceIdInput, { description: 'The Resource.' }) input: ResourceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).archive(context, input);
  }

  @RequiresScopes('resources:manage')
  @Audited('resource.restored')
  @Mutation(() => RestoreResourcePayload, { nullable: true, description: 'Makes an archived or deleted Resource active again.' })
  restoreResource(@Arg('input', () => ResourceIdInput, { description: 'The Resource.' }) input: ResourceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).restore(context, input);
  }

  @RequiresScopes('resources:manage')
  @Audited('resource.deleted')
  @Mutation(() => DeleteResourcePayload, { nullable: true, description: 'Marks a Resource as deleted: decisions about it deny and lists leave it out.' })
  deleteResource(@Arg('input', () => ResourceIdInput, { description: 'The Resource.' }) input: ResourceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourcesRef).delete(context, input);
  }
}
