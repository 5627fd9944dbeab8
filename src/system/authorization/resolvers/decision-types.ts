import { Field, ID, ObjectType } from 'type-graphql';
import { DecisionOutcome, DenyCodeEnum } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'The answer to one question. A deny is an answer, not an error.' })
export class Decision {
  @Field(() => DecisionOutcome, { description: 'Whether the action may be done.' })
  decision!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why not; null when it may be done.' })
  denyCode?: string | null;

  @Field(() => String, { description: 'The fixed sentence of the code.' })
  reason!: string;

  @Field(() => ID, { description: 'Id of this decision in traces and logs.' })
  traceId!: string;

  @Field(() => ID, { nullable: true, description: 'Its audit event; null for an allow of an action that is counted and not recorded.' })
  auditEventId?: string | null;

  @Field(() => String, { description: 'Revision of the authorization data that it saw; opaque, pass it as atLeast.' })
  revision!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Signed receipt, made when it is selected: a JWS (EdDSA) that the keys of /.well-known/jwks.json verify for ever, without asking. Null for a decision about the past.',
  })
  receipt?: string | null;
}
