import { Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Authenticated } from '../../shared/resolvers/index.js';
import { meRef } from '../services/me.js';
import { Me } from './me-types.js';

@Resolver()
export class MeResolver {
  @Authenticated()
  @Query(() => Me, { nullable: true, description: 'Who I am and what I may do with the control plane.' })
  me(@Ctx() context: RequestContext): Promise<object> {
    return context.services.get(meRef).read(context);
  }
}
