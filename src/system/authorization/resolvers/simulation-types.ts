import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar } from '../../shared/resolvers/index.js';
import { AccessChange } from './access-diff-types.js';
import { DecisionOutcome, DenyCodeEnum } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'A recorded decision whose question would get another answer.' })
export class FlippedDecision {
  @Field(() => ID, { description: 'Audit event of the decision.' })
  auditEventId!: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  occurredAt!: Date;

  @Field(() => ID, { description: 'The User; empty for a Member that acted by itself.' })
  userId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The binding; empty for a Member that acted by itself.' })
  userMemberId!: string;

  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => ID, { description: 'The Resource.' })
  resourceId!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => DecisionOutcome, { description: 'What was recorded.' })
  recorded!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it was denied.' })
  recordedDenyCode?: string | null;

  @Field(() => DecisionOutcome, { description: 'What the question gets without the changes.' })
  before!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it is denied without them.' })
  beforeDenyCode?: string | null;

  @Field(() => DecisionOutcome, { description: 'What the question would get.' })
  after!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it would be denied.' })
  afterDenyCode?: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: `What recorded decisions would be with the changes. Each question is asked without and with them, about the Resource as it was when
the decision was recorded, and at the clock of the request. Conditions are evaluated again as far as the log keeps
what they read; the others give what was recorded of them.`.replaceAll('\n', ' '),
})
export class ReplayedDecisions {
  @Field(() => DateTimeScalar, { description: 'Decisions since then were looked at.' })
  since!: Date;

  @Field(() => DateTimeScalar, { description: 'Decisions until then were looked at.' })
  until!: Date;

  @Field(() => Int, { description: 'How many questions were asked again.' })
  examined!: number;

  @Field(() => Int, { description: 'Decisions that cannot be asked again: they were about the past, or their facts came with the request or are no longer kept.' })
  unreadable!: number;

  @Field(() => Int, { description: 'Of those asked again, how many may or may not flip: it hangs on conditions whose input the log does not keep.' })
  undecided!: number;

  @Field(() => Int, { description: 'How many would get another answer.' })
  flipped!: number;

  @Field(() => Boolean, { description: 'All decisions of the span were looked at; otherwise go on before the oldest.' })
  isWhole!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the oldest of those that were looked at was recorded.' })
  oldest?: Date | null;

  @Field(() => ID, { nullable: true, description: 'Audit event of the oldest that was looked at.' })
  oldestAuditEventId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What changes would do that nobody has made. Counted to the end, and shown in pages.' })
export class ChangeSimulation {
  @Field(() => String, { description: 'Revision of the facts that the changes were made to; opaque.' })
  revision!: string;

  @Field(() => ID, { description: 'Its audit event.' })
  auditEventId!: string;

  @Field(() => Int, { description: 'Number of rows that say what is gained.' })
  gained!: number;

  @Field(() => Int, { description: 'Number of rows that say what is lost.' })
  lost!: number;

  @Field(() => Int, { description: 'Number of Members for whom something changes.' })
  members!: number;

  @Field(() => ReplayedDecisions, { nullable: true, description: 'What recorded decisions would be; null unless since is given.' })
  decisions?: ReplayedDecisions | null;
}

export const SimulatedAccessChangeConnection = connection(AccessChange, 'SimulatedAccessChange');
export const FlippedDecisionConnection = connection(FlippedDecision, 'FlippedDecision');
