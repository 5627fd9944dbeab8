import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { RequiresScopes } from '../../shared/resolvers/index.js';
import { actorNamesRef } from '../services/read/actor-names.js';
import { AuditActor } from './audit-event-types.js';

@Resolver(() => AuditActor)
export class AuditActorResolver {
  @RequiresScopes('users:read')
  @FieldResolver(() => String, { nullable: true, description: 'E-mail of the User as it is now. Null where users:read does not reach.' })
  async userEmail(@Root() { userId }: AuditActor, @Ctx() context: RequestContext): Promise<string | undefined> {
    return userId ? (await context.services.get(actorNamesRef).user(userId))?.email : undefined;
  }

  @RequiresScopes('users:read')
  @FieldResolver(() => String, { nullable: true, description: 'Name of the User as it is now. Null where users:read does not reach.' })
  async userName(@Root() { userId }: AuditActor, @Ctx() context: RequestContext): Promise<string | null | undefined> {
    return userId ? (await context.services.get(actorNamesRef).user(userId))?.displayName : undefined;
  }

  @RequiresScopes('members:read')
  @FieldResolver(() => String, { nullable: true, description: 'Name of the Member as it is now. Null where members:read does not reach.' })
  async memberName(@Root() { memberId }: AuditActor, @Ctx() context: RequestContext): Promise<string | undefined> {
    return memberId ? context.services.get(actorNamesRef).member(memberId) : undefined;
  }
}
