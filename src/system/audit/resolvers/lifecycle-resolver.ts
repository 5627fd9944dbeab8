import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { RequiresScopes } from '../../shared/resolvers/index.js';
import type { StreamItem } from '../../shared/services/index.js';
import type { PlacedOutboxEvent } from '../services/streams/lifecycle-events.js';
import { lifecycleCursor, logStreamsRef } from '../services/streams/stream-service.js';
import { LifecycleEvent } from './lifecycle-types.js';

@Resolver()
export class LifecycleResolver {
  @RequiresScopes('instance:read')
  @Subscription(() => LifecycleEvent, {
    nullable: true,
    description: 'What happens to the system itself, as it happens: after a position, or from now on. Ended with the rights of the caller.',
    subscribe: ({ args, context }) => followLifecycle(args as { after?: string | null }, context as RequestContext),
  })
  lifecycleEvents(
    @Root() item: StreamItem<PlacedOutboxEvent>,
    @Arg('after', () => String, { nullable: true, description: 'Position to continue after; nothing in between is lost.' }) _after?: string | null,
  ): object {
    if ('failure' in item) throw item.failure;
    const { index, spaceId, subjectType, subjectId, ...event } = item.event;
    return { ...event, position: lifecycleCursor(index), spaceId: spaceId === '' ? null : spaceId, subject: { type: subjectType, id: subjectId } };
  }
}

// The library's type knows no promise of a source; graphql-js awaits it.
function followLifecycle({ after }: { readonly after?: string | null }, context: RequestContext): AsyncIterable<unknown> {
  return context.services.get(logStreamsRef).lifecycleEvents(context, after) as never;
}
