import { Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { ListSize, RequiresScopes } from '../../shared/resolvers/index.js';
import { systemReportsRef } from '../services/system-reports.js';
import { Capability, ControlPlanePermission } from './system-types.js';

@Resolver()
export class SystemResolver {
  @ListSize({ assumedSize: 20 })
  @RequiresScopes('instance:read')
  @Query(() => [Capability], { nullable: true, description: 'Every capability with its state, in boot order. Needs instance:read on the instance.' })
  capabilities(@Ctx() context: RequestContext): readonly object[] {
    return context.services.get(systemReportsRef).capabilities(context);
  }

  @ListSize({ assumedSize: 50 })
  @RequiresScopes('instance:read', 'admin_grants:read', 'api_keys:read', 'api_keys:create')
  @Query(() => [ControlPlanePermission], { nullable: true, description: 'The permissions that grants and API keys may hold, by key.' })
  controlPlanePermissions(@Ctx() context: RequestContext): readonly object[] {
    return context.services.get(systemReportsRef).permissions();
  }
}
