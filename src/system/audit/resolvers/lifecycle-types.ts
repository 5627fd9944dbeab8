import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { AuditTarget } from './audit-event-types.js';

@RequiresScopes('instance:read')
@ObjectType({ simpleResolvers: true, description: 'Something that happened to the system itself.' })
export class LifecycleEvent {
  @Field(() => ID, { description: 'Id of the event: the same when it is delivered twice.' })
  id!: string;

  @Field(() => String, { description: 'Cursor of the event: pass it as after to resume.' })
  position!: string;

  @Field(() => String, { description: 'What happened, such as capability.ready.' })
  type!: string;

  @Field(() => ID, { nullable: true, description: 'Space that it concerns; null for the instance.' })
  spaceId?: string | null;

  @Field(() => AuditTarget, { description: 'To what it happened.' })
  subject!: AuditTarget;

  @Field(() => JsonScalar, { description: 'More facts.' })
  payload!: unknown;

  @Field(() => DateTimeScalar, { description: 'When.' })
  occurredAt!: Date;
}
