import { Field, ID, ObjectType } from 'type-graphql';
import { connection, DateTimeScalar, JsonScalar, Node } from '../../shared/resolvers/index.js';
import { AuditDecision, AuditRisk } from './audit-enums.js';

@ObjectType({ simpleResolvers: true, description: 'Who acted: ids as they were, names as they are now.' })
export class AuditActor {
  @Field(() => ID, { nullable: true, description: 'The User.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The binding between them.' })
  userMemberId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The credential by which it was asked for.' })
export class AuditCredential {
  @Field(() => String, { description: 'session, oidc, api_key, anonymous or system.' })
  kind!: string;

  @Field(() => ID, { nullable: true, description: 'The session or API key.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'Issuer of the token.' })
  issuer?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What it happened to.' })
export class AuditTarget {
  @Field(() => String, { description: 'Type of the object.' })
  type!: string;

  @Field(() => ID, { description: 'Id of the object.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Personal values of an event, opened; null where there is none or the person was erased.' })
export class AuditPersonal {
  @Field(() => String, { nullable: true, description: 'Address of the client.' })
  ip?: string | null;

  @Field(() => String, { nullable: true, description: 'User agent of the client.' })
  userAgent?: string | null;

  @Field(() => String, { nullable: true, description: 'Identifier that a person typed, such as the e-mail of a failed sign-in.' })
  identifier?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Changed personal values by field.' })
  values?: unknown;
}

// Without a guard of its own: it is a Node, and an interface field needs the AND over all that can come back, so that node(id:) { id }
// of any object would need audit:read. Every way to it is guarded or narrowed to the caller's reach.
@ObjectType('AuditEvent', { implements: Node, simpleResolvers: true, description: 'Something that happened; never changed.' })
export class AuditEvent extends Node {
  @Field(() => String, { description: 'Cursor of the event: pass it as after, to the list or to the subscription.' })
  position!: string;

  @Field(() => String, { description: 'Index in the log, a whole number from 0: the total order of all events.' })
  index!: string;

  @Field(() => String, { description: 'What happened; see auditEventTypes.' })
  type!: string;

  @Field(() => AuditRisk, { description: 'How much harm it can do.' })
  risk!: AuditRisk;

  @Field(() => DateTimeScalar, { description: 'When.' })
  occurredAt!: Date;

  @Field(() => ID, { nullable: true, description: 'Space of the target; null for the instance.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group of the target.' })
  groupId?: string | null;

  @Field(() => AuditActor, { description: 'Who acted.' })
  actor!: AuditActor;

  @Field(() => AuditCredential, { nullable: true, description: 'By which credential; null once the body is no longer kept.' })
  credential?: AuditCredential | null;

  @Field(() => String, { description: '<type>.<action> of a decision; the event type otherwise.' })
  action!: string;

  @Field(() => AuditTarget, { description: 'To what.' })
  target!: AuditTarget;

  @Field(() => AuditDecision, { nullable: true, description: 'How the question was answered.' })
  decision?: AuditDecision | null;

  @Field(() => String, { nullable: true, description: 'Why it was denied.' })
  denyCode?: string | null;

  @Field(() => ID, { nullable: true, description: 'Trace of the decision.' })
  traceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Request in which it happened.' })
  requestId?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Field → [before, after] of what changed.' })
  changes?: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'More facts; what looks secret is redacted.' })
  details?: unknown;
}

export const AuditEventConnection = connection(AuditEvent, 'AuditEvent');

@ObjectType({ simpleResolvers: true, description: 'A kind of event that can be in the log.' })
export class AuditEventType {
  @Field(() => String, { description: 'Type, as events carry it.' })
  key!: string;

  @Field(() => String, { description: 'What it says.' })
  description!: string;

  @Field(() => AuditRisk, { description: 'How much harm it can do.' })
  risk!: AuditRisk;

  @Field(() => ID, { description: 'Capability that writes it.' })
  capability!: string;
}
