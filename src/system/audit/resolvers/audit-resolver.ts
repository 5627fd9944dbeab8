import { Arg, Args, Ctx, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import { eventRegistryRef, type RequestContext } from '../../shared/contracts/index.js';
import { ListSize, PageArgs, RequiresScopes } from '../../shared/resolvers/index.js';
import type { StreamItem } from '../../shared/services/index.js';
import { auditReaderRef } from '../services/read/audit-reader.js';
import type { PlacedEvent } from '../services/read/event-record.js';
import { logStreamsRef } from '../services/streams/stream-service.js';
import { AuditEventFilter, AuditListArgs } from './audit-args.js';
import { AuditOrder } from './audit-enums.js';
import { shapeEvent } from './audit-event-shape.js';
import { AuditEvent, AuditEventConnection, AuditEventType } from './audit-event-types.js';

interface StreamArgs {
  readonly after?: string | null;
  readonly filter?: AuditEventFilter | null;
}

@Resolver()
export class AuditResolver {
  @RequiresScopes('audit:read')
  @Query(() => AuditEventConnection, { nullable: true, description: 'Audit events that the caller may read, in the order of the log. The reading is itself an event.' })
  async auditEvents(
    @Args(() => AuditEventFilter) filter: AuditEventFilter,
    @Args(() => AuditListArgs) { ip, userAgent, identifier, order }: AuditListArgs,
    @Args(() => PageArgs) { first, after, last, before }: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const query = { filter, personal: { ip, userAgent, identifier }, oldestFirst: order === AuditOrder.OLDEST_FIRST };
    const page = await context.services.get(auditReaderRef).list(context, query, { first, after, last, before });
    return { ...page, edges: page.edges.map(({ node, cursor }) => ({ cursor, node: shapeEvent(node) })) };
  }

  @RequiresScopes('audit:read')
  @Query(() => AuditEvent, { nullable: true, description: 'One audit event with everything that is known of it; null when it is absent or not for the caller.' })
  async auditEvent(@Arg('id', () => ID, { description: 'The event.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    const [event] = await context.services.get(auditReaderRef).byIds(context, [id]);
    return event === undefined ? undefined : shapeEvent(event);
  }

  @ListSize({ assumedSize: 200 })
  @RequiresScopes('audit:read')
  @Query(() => [AuditEventType], { nullable: true, description: 'Every kind of event that can be in the log, by type.' })
  auditEventTypes(@Ctx() context: RequestContext): object[] {
    return context.services.get(eventRegistryRef).auditEventTypes().map(({ owner, ...type }) => ({ ...type, capability: owner }));
  }

  @RequiresScopes('audit:read')
  @Subscription(() => AuditEvent, {
    name: 'auditEvents',
    nullable: true,
    description: 'Audit events as they get their place in the log: after a position, or from now on. Narrowed and ended with the rights of the caller.',
    subscribe: ({ args, context }) => followAudit(args as StreamArgs, context as RequestContext),
  })
  auditEventStream(
    @Root() item: StreamItem<PlacedEvent>,
    @Arg('after', () => String, { nullable: true, description: 'Position to continue after; nothing in between is lost.' }) _after?: string | null,
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Which events are wanted.' }) _filter?: AuditEventFilter | null,
  ): object {
    if ('failure' in item) throw item.failure;
    return shapeEvent(item.event);
  }
}

// The library's type knows no promise of a source; graphql-js awaits it.
function followAudit({ after, filter }: StreamArgs, context: RequestContext): AsyncIterable<unknown> {
  return context.services.get(logStreamsRef).auditEvents(context, filter ?? {}, after) as never;
}
