import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, PageArgs, RequiresScopes } from '../../shared/resolvers/index.js';
import { resourceMappingsRef } from '../services/resource-mappings.js';
import { ResourceMappingConnection, SetResourceMappingInput, SetResourceMappingPayload } from './resource-mapping-types.js';

@Resolver()
export class ResourceMappingResolver {
  @RequiresScopes('registry:read')
  @Query(() => ResourceMappingConnection, { nullable: true, description: 'Mappings of resource types, by type. Needs registry:read on the instance.' })
  resourceMappings(@Args(() => PageArgs) page: PageArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceMappingsRef).list(context, page);
  }

  @RequiresScopes('registry:manage')
  @Audited('resource_mapping.set')
  @Mutation(() => SetResourceMappingPayload, { nullable: true, description: 'Says where the Resources of a type of the application are kept.' })
  setResourceMapping(@Arg('input', () => SetResourceMappingInput, { description: 'The mapping.' }) input: SetResourceMappingInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(resourceMappingsRef).set(context, input);
  }
}
