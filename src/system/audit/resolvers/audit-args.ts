import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../../shared/resolvers/index.js';
import type { EventFilter } from '../services/read/event-filter.js';
import { AuditDecision, AuditOrder, AuditRisk } from './audit-enums.js';

@ArgsType()
@InputType({ description: 'Which events are wanted; absent members want all.' })
export class AuditEventFilter implements EventFilter {
  @Field(() => ID, { nullable: true, description: 'Events of this Space; an empty text for those of the instance.' })
  spaceId?: string | null;

  @Field(() => [String], { nullable: true, description: 'Events of these types.' })
  types?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'The User acted.' })
  actorUserId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member acted.' })
  actorMemberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The binding acted.' })
  actorUserMemberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The session or API key asked.' })
  credentialId?: string | null;

  @Field(() => String, { nullable: true, description: 'It happened to an object of this type.' })
  targetType?: string | null;

  @Field(() => ID, { nullable: true, description: 'It happened to this object.' })
  targetId?: string | null;

  @Field(() => String, { nullable: true, description: '<type>.<action> of decisions; the event type otherwise.' })
  action?: string | null;

  @Field(() => AuditDecision, { nullable: true, description: 'Answered so.' })
  decision?: AuditDecision | null;

  @Field(() => String, { nullable: true, description: 'Denied for this reason.' })
  denyCode?: string | null;

  @Field(() => ID, { nullable: true, description: 'In this request.' })
  requestId?: string | null;

  @Field(() => ID, { nullable: true, description: 'With this trace.' })
  traceId?: string | null;

  @Field(() => AuditRisk, { nullable: true, description: 'Of this risk.' })
  risk?: AuditRisk | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Not before this moment.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this moment.' })
  to?: Date | null;
}

@ArgsType()
export class AuditListArgs {
  @Field(() => String, { nullable: true, description: 'From this address. Needs audit:read_personal.' })
  ip?: string | null;

  @Field(() => String, { nullable: true, description: 'By this user agent, whole. Needs audit:read_personal.' })
  userAgent?: string | null;

  @Field(() => String, { nullable: true, description: 'With this typed identifier, such as a sign-in name. Needs audit:read_personal.' })
  identifier?: string | null;

  @Field(() => AuditOrder, { nullable: true, description: 'Direction; NEWEST_FIRST when absent.' })
  order?: AuditOrder | null;
}
