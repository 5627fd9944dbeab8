import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { eventDetailsRef } from '../services/read/event-details.js';
import type { ShapedEvent } from './audit-event-shape.js';
import { AuditEvent, AuditPersonal } from './audit-event-types.js';

@Resolver(() => AuditEvent)
export class AuditEventResolver {
  @FieldResolver(() => JsonScalar, { nullable: true, description: 'How it came about: the full trace of a decision, which reads the same after later edits; for a change what it did. Null once the body is no longer kept.' })
  async trace(@Root() { record }: ShapedEvent, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(eventDetailsRef).trace(context, record);
  }

  @RequiresScopes('audit:read_personal')
  @FieldResolver(() => AuditPersonal, { nullable: true, description: 'Personal values, which are stored sealed. Null where audit:read_personal does not reach.' })
  async personal(@Root() { record }: ShapedEvent, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(eventDetailsRef).personal(context, record);
  }
}
