import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AccessRequestStatus } from './access-request-status.js';
import { MemberRole } from './member-role-types.js';

@ObjectType('AccessRequest', { implements: Node, simpleResolvers: true, description: 'That somebody asks for a Role as one of the own Members, until a moment.' })
export class AccessRequest extends VersionedNode {
  @Field(() => ID, { description: 'The Space of Member and Role.' })
  spaceId!: string;

  @Field(() => ID, { description: 'The Member that would get the Role.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which it would be anchored.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => ID, { description: 'The User who asked.' })
  requestedByUserId!: string;

  @Field(() => String, { description: 'Why, in the words of who asked.' })
  reason!: string;

  @Field(() => DateTimeScalar, { description: 'End that was asked for.' })
  wantedUntil!: Date;

  @Field(() => DateTimeScalar, { description: 'From this moment on it cannot be approved any more.' })
  lapsesAt!: Date;

  @Field(() => ID, { nullable: true, description: 'Audit event of the denial that led to it.' })
  deniedDecisionId?: string | null;

  @Field(() => AccessRequestStatus, { description: 'What became of it.' })
  status!: AccessRequestStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was approved, refused or withdrawn.' })
  settledAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The User who did so.' })
  settledByUserId?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was refused.' })
  refusalReason?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'End of the assignment that it led to, as approved.' })
  grantedUntil?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The assignment that it led to.' })
  memberRoleId?: string | null;
}

export const AccessRequestConnection = connection(AccessRequest, 'AccessRequest');

@ObjectType('RequestableRole', { simpleResolvers: true, description: 'A Role that Members of its Space may ask for.' })
export class RequestableRole {
  @Field(() => ID, { description: 'The Role.' })
  id!: string;

  @Field(() => String, { description: 'Key, unique in its Space.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;
}

export const RequestableRoleConnection = connection(RequestableRole, 'RequestableRole');

@ArgsType()
export class MyAccessRequestsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those in this Space.' })
  spaceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those for this Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those for this Role.' })
  roleId?: string | null;

  @Field(() => AccessRequestStatus, { nullable: true, description: 'Only those that stand so now.' })
  status?: AccessRequestStatus | null;
}

@ArgsType()
export class AccessRequestsArgs extends MyAccessRequestsArgs {}

@ArgsType()
export class RequestableRolesArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space; the caller acts as a Member of it.' })
  spaceId!: string;
}

@InputType({ description: 'The Role to ask for, and why.' })
export class RequestAccessInput extends MutationInput {
  @Field(() => ID, { description: 'The Role, requestable and of the Space of the Member.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group of the same Space at which to anchor it.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The own Member that shall get it; the active one when absent.' })
  memberId?: string | null;

  @Field(() => String, { description: 'Why, 1 to 1000 characters.' })
  reason!: string;

  @Field(() => DateTimeScalar, { description: 'When the assignment shall end: at most 90 days ahead.' })
  expiresAt!: Date;

  @Field(() => ID, { nullable: true, description: 'Audit event of a decision that denied this Member, when one led here.' })
  deniedDecision?: string | null;
}

@InputType({ description: 'The request to approve.' })
export class ApproveAccessRequestInput extends ChangeInput {
  @Field(() => ID, { description: 'The request.' })
  id!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'An earlier end than the one that was asked for.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'The request to refuse.' })
export class RefuseAccessRequestInput extends ChangeInput {
  @Field(() => ID, { description: 'The request.' })
  id!: string;

  @Field(() => String, { description: 'Why, 1 to 1000 characters; who asked reads it.' })
  reason!: string;
}

@InputType({ description: 'The request to take back.' })
export class WithdrawAccessRequestInput extends ChangeInput {
  @Field(() => ID, { description: 'The request, made by the caller.' })
  id!: string;
}

const accessRequest = { accessRequest: { type: () => AccessRequest, description: 'The request as it is now.' } };
export const RequestAccessPayload = payload('RequestAccessPayload', accessRequest);
export const ApproveAccessRequestPayload = payload('ApproveAccessRequestPayload', {
  ...accessRequest, memberRole: { type: () => MemberRole, description: 'The assignment that it led to.' },
});
export const RefuseAccessRequestPayload = payload('RefuseAccessRequestPayload', accessRequest);
export const WithdrawAccessRequestPayload = payload('WithdrawAccessRequestPayload', accessRequest);
