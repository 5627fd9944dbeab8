import { Field, ID, ObjectType } from 'type-graphql';
import { ListSize, RiskLevel } from '../../shared/resolvers/index.js';
import { ConditionOwner, ContextModeEnum, DecisionOutcome, DenyCodeEnum, FactStatus } from './enums.js';
import { TraceActor, TraceGroup, TracePermission, TraceRole, TraceSpace, TraceTarget } from './trace-types.js';

@ObjectType({ simpleResolvers: true, description: 'The registered type of a decision.' })
export class TraceResourceType {
  @Field(() => ID, { description: 'The type.' })
  id!: string;

  @Field(() => String, { description: 'Its key.' })
  key!: string;

  @Field(() => FactStatus, { description: 'Status at the decision.' })
  status!: FactStatus;
}

@ObjectType({ simpleResolvers: true, description: 'The registered action of a decision.' })
export class TraceResourceAction {
  @Field(() => ID, { description: 'The action.' })
  id!: string;

  @Field(() => String, { description: 'Its key.' })
  key!: string;

  @Field(() => RiskLevel, { description: 'How much harm it can do.' })
  riskLevel!: RiskLevel;

  @Field(() => Boolean, { description: 'Whether each allow is recorded, not only counted.' })
  auditDefault!: boolean;

  @Field(() => FactStatus, { description: 'Status at the decision.' })
  status!: FactStatus;
}

@ObjectType({ simpleResolvers: true, description: 'The mapping of the type of a decision.' })
export class TraceResourceMapping {
  @Field(() => ID, { description: 'The mapping.' })
  id!: string;

  @Field(() => String, { description: 'Where resources of the type are held: internal_table or plugin_managed.' })
  storageKind!: string;

  @Field(() => FactStatus, { description: 'Status at the decision.' })
  status!: FactStatus;
}

@ObjectType({ simpleResolvers: true, description: 'What the registry said; a part is null when it was not registered.' })
export class TraceRegistry {
  @Field(() => TraceResourceType, { nullable: true, description: 'The type.' })
  resourceType?: TraceResourceType | null;

  @Field(() => TraceResourceAction, { nullable: true, description: 'The action.' })
  action?: TraceResourceAction | null;

  @Field(() => TraceResourceMapping, { nullable: true, description: 'The mapping.' })
  mapping?: TraceResourceMapping | null;
}

@ObjectType({ simpleResolvers: true, description: 'Whether the scope of a candidate covers the target.' })
export class TraceScopeCheck {
  @Field(() => Boolean, { description: 'It does.' })
  covered!: boolean;

  @Field(() => String, { description: 'Formula of the scope.' })
  rule!: string;

  @Field(() => String, { description: 'A sentence for people.' })
  reason!: string;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it does not.' })
  denyCode?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Whether the conditions of a candidate are true.' })
export class TraceConditionCheck {
  @Field(() => Boolean, { description: 'They are.' })
  met!: boolean;

  @Field(() => ConditionOwner, { nullable: true, description: 'Whose condition is not.' })
  failed?: ConditionOwner | null;

  @Field(() => String, { nullable: true, description: 'Why that condition gave no answer: a code, with line and column where there are; null when it gave false.' })
  error?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'An assigned Role with a Permission for the action.' })
export class TraceCandidate {
  @Field(() => TraceRole, { description: 'The Role that is assigned.' })
  role!: TraceRole;

  @ListSize({ assumedSize: 3 })
  @Field(() => [TraceRole], { description: 'Roles from the assigned one to the one that holds the Permission, without the first; empty when it holds it itself.' })
  inheritedRoles!: TraceRole[];

  @Field(() => TracePermission, { description: 'The Permission.' })
  permission!: TracePermission;

  @Field(() => ID, { description: 'The assignment of the Role to the Member.' })
  memberRoleId!: string;

  @Field(() => ID, { description: 'Space of the assignment.' })
  memberRoleSpaceId!: string;

  @Field(() => TraceGroup, { nullable: true, description: 'Group at which the assignment is anchored.' })
  scopeAnchor?: TraceGroup | null;

  @Field(() => TraceScopeCheck, { description: 'Whether it covers the target.' })
  scopeCheck!: TraceScopeCheck;

  @Field(() => TraceConditionCheck, { nullable: true, description: 'Whether its conditions are true; null when it has none, does not cover the target, or the answer did not need to look.' })
  conditionCheck?: TraceConditionCheck | null;
}

@ObjectType({ simpleResolvers: true, description: 'The request that asked, as the server saw it.' })
export class TraceRequest {
  @Field(() => String, { nullable: true, description: 'Id of the request.' })
  requestId?: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the client; not shown for past decisions.' })
  ip?: string | null;

  @Field(() => String, { nullable: true, description: 'Agent of the client; not shown for past decisions.' })
  userAgent?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What the audit log holds of the decision.' })
export class TraceAudit {
  @Field(() => ID, { nullable: true, description: 'The audit event; null when it is only counted.' })
  auditEventId?: string | null;

  @Field(() => ID, { description: 'The User who acted.' })
  actorUserId!: string;

  @Field(() => ID, { description: 'The Member who acted.' })
  actorMemberId!: string;

  @Field(() => ID, { description: 'The binding used.' })
  actorUserMemberId!: string;

  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Type and action, joined by a dot.' })
  action!: string;

  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => ID, { description: 'The resource, or its external id when that is what was given.' })
  resourceId!: string;

  @Field(() => DecisionOutcome, { description: 'What was decided.' })
  decision!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it was denied.' })
  denyCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the request.' })
  requestId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The whole explanation of a decision: a snapshot that reads the same after the live objects have changed.' })
export class DecisionTrace {
  @Field(() => String, { description: 'Version of this shape.' })
  traceVersion!: string;

  @Field(() => ID, { description: 'Id of the decision in traces and logs.' })
  traceId!: string;

  @Field(() => DecisionOutcome, { description: 'What was decided.' })
  decision!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it was denied.' })
  denyCode?: string | null;

  @Field(() => String, { description: 'The fixed sentence of the code.' })
  reason!: string;

  @Field(() => ContextModeEnum, { description: 'Where the facts came from.' })
  contextMode!: ContextModeEnum;

  @Field(() => TraceActor, { description: 'Who acted.' })
  actor!: TraceActor;

  @Field(() => TraceSpace, { nullable: true, description: 'In which Space.' })
  space?: TraceSpace | null;

  @Field(() => TraceTarget, { description: 'What the action was about.' })
  target!: TraceTarget;

  @Field(() => TraceRegistry, { description: 'What the registry said.' })
  resourceRegistry!: TraceRegistry;

  @ListSize({ assumedSize: 20 })
  @Field(() => [TraceCandidate], { description: 'Every candidate in its order, with its scope check.' })
  matchedCandidates!: TraceCandidate[];

  @Field(() => TraceRequest, { description: 'The request.' })
  request!: TraceRequest;

  @Field(() => TraceAudit, { description: 'The audit event.' })
  audit!: TraceAudit;
}

@ObjectType({ simpleResolvers: true, description: 'A decision with its whole trace.' })
export class Explanation extends DecisionTrace {
  @Field(() => ID, { nullable: true, description: 'The audit event; null when the decision is only counted.' })
  auditEventId?: string | null;

  @Field(() => String, { description: 'Revision of the authorization data that the decision saw; opaque.' })
  revision!: string;
}
