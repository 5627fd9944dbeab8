import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, enumType, JsonScalar, ListSize, RiskLevel, type EnumOf } from '../../shared/resolvers/index.js';
import { CheckInput } from './check-input-types.js';
import { DecisionOutcome, DenyCodeEnum, PermissionScope } from './enums.js';

export const SuggestedGrantKind = enumType('SuggestedGrantKind', 'How a suggested grant would come about.', {
  START_ASSIGNMENT: ['start_assignment', 'An assignment that begins later would begin now.'],
  EXTEND_ASSIGNMENT: ['extend_assignment', 'An assignment that has ended would end later.'],
  ASSIGN_ROLE: ['assign_role', 'A Role would be assigned, for a time, at the narrowest anchor that reaches.'],
  GIVE_PERMISSION: ['give_permission', 'A Permission would be given to a Role that the Member holds, and so to all who hold it.'],
});
export type SuggestedGrantKind = EnumOf<typeof SuggestedGrantKind>;

@InputType({ description: 'Which grants would let this be allowed? Exactly one of auditEventId and question is given.' })
export class SuggestGrantsInput {
  @Field(() => ID, { nullable: true, description: 'Audit event of a denial.' })
  auditEventId?: string | null;

  @Field(() => CheckInput, { nullable: true, description: 'A question as in check, about stored actors and grants and the present.' })
  question?: CheckInput | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'End of the assignments that are suggested: at most 90 days ahead; 7 days when absent.' })
  expiresAt?: Date | null;

  @Field(() => Int, { nullable: true, description: 'How many are shown, at most 50; 10 when absent.' })
  limit?: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: `What stands in the way, and against which no grant is suggested: an explicit denial, a condition that is not met, something that is
inactive or absent. Ids are null where there is no such object, or where the caller may not read it.`.replaceAll('\n', ' '),
})
export class GrantObstacle {
  @Field(() => DenyCodeEnum, { description: 'The code of the denial.' })
  code!: string;

  @Field(() => String, { description: 'Its fixed sentence.' })
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'The assignment that denies, or whose condition is not met.' })
  memberRoleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Its Role.' })
  roleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Permission that denies, or whose condition is not met.' })
  permissionId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A right that a Member would newly have.' })
export class SuggestedRight {
  @Field(() => String, { description: 'Key of the resource type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key of the action.' })
  action!: string;

  @Field(() => PermissionScope, { description: 'How far it reaches.' })
  scope!: PermissionScope;

  @Field(() => ID, { nullable: true, description: 'Group from which it reaches.' })
  anchorGroupId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What requestAccess takes for this grant, where the Member asks for it itself; add the reason.' })
export class SuggestedAccessRequest {
  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which to anchor it.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it shall end.' })
  expiresAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The denial that led to it.' })
  deniedDecision?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'One grant that lets the question be allowed: it was tried on a copy.' })
export class SuggestedGrant {
  @Field(() => SuggestedGrantKind, { description: 'How it would come about.' })
  kind!: SuggestedGrantKind;

  @Field(() => ID, { nullable: true, description: 'The Role; null where the caller may not read Roles.' })
  roleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The assignment that would be changed.' })
  memberRoleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Group at which the Role would be anchored.' })
  anchorGroupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Permission that would be given to the Role.' })
  permissionId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the assignment would end; null where none ends by it.' })
  expiresAt?: Date | null;

  @Field(() => JsonScalar, { description: 'The change, as simulateChange takes it.' })
  change!: unknown;

  @Field(() => Int, { description: 'Rights that the Member would newly have, the asked one included: each action of a type with its reach.' })
  rights!: number;

  @ListSize({ assumedSize: 20 })
  @Field(() => [SuggestedRight], { description: 'These rights, those to the asked action first: at most 20 of them.' })
  gained!: SuggestedRight[];

  @Field(() => Int, { nullable: true, description: 'Other active Members that would get the Permission: exact up to 10,000, null above.' })
  otherMembers?: number | null;

  @Field(() => Int, { nullable: true, description: 'Active Resources of the asked type in its reach, conditions left aside: exact up to 10,000, null above.' })
  resources?: number | null;

  @Field(() => RiskLevel, { description: 'Highest risk of the actions that would be gained.' })
  risk!: RiskLevel;

  @Field(() => [ID], { description: 'Active rules of separation that the Member, or another that would get the Permission, would newly exceed: such a grant would be refused, and comes last.' })
  breaksRuleIds!: string[];

  @Field(() => SuggestedAccessRequest, { nullable: true, description: 'Where the Role can be asked for: how.' })
  accessRequestInput?: SuggestedAccessRequest | null;
}

@ObjectType({ simpleResolvers: true, description: 'Grants that would let a question be allowed, the least one first; or what stands in the way.' })
export class SuggestedGrants {
  @Field(() => DecisionOutcome, { description: 'What the question gets now.' })
  decision!: DecisionOutcome;

  @Field(() => DenyCodeEnum, { nullable: true, description: 'Why it is denied now.' })
  denyCode?: string | null;

  @Field(() => String, { description: 'The fixed sentence of the answer.' })
  reason!: string;

  @Field(() => String, { description: 'Revision of the facts that the grants were tried on; opaque.' })
  revision!: string;

  @Field(() => ID, { description: 'Its audit event.' })
  auditEventId!: string;

  @Field(() => GrantObstacle, { nullable: true, description: 'Given where something else than a missing grant denies; grants is empty then.' })
  obstacle?: GrantObstacle | null;

  @Field(() => [SuggestedGrant], { description: 'The least grants, as many as were asked for: what gives the least to the fewest, at the lowest risk, on the fewest Resources, comes first.' })
  grants!: SuggestedGrant[];

  @Field(() => Int, { description: 'How many grants were found, those included that are not shown.' })
  found!: number;
}
