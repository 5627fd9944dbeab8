import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ChangeInput, connection, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { RightStatus } from './enums.js';

@ObjectType('SeparationRule', { implements: Node, simpleResolvers: true, description: 'Separation of duty: Roles or Permissions of which no Member may hold more than some at once.' })
export class SeparationRule extends VersionedNode {
  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => [ID], { description: 'The Roles that it keeps apart; empty when it is about Permissions.' })
  roleIds!: string[];

  @Field(() => [ID], { description: 'The Permissions that it keeps apart; empty when it is about Roles.' })
  permissionIds!: string[];

  @Field(() => Int, { description: 'How many of them one Member may hold at once.' })
  atMost!: number;

  @Field(() => RightStatus, { description: 'Whether it is enforced.' })
  status!: RightStatus;
}

export const SeparationRuleConnection = connection(SeparationRule, 'SeparationRule');

@ObjectType('SeparationViolation', { simpleResolvers: true, description: 'A Member that exceeds an active rule, by what was there before the rule.' })
export class SeparationViolation {
  @Field(() => ID, { description: 'The rule.' })
  ruleId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => [ID], { description: 'Roles of the rule that the Member holds, assigned or inherited; empty when it is about Permissions.' })
  roleIds!: string[];

  @Field(() => [ID], { description: 'Permissions of the rule that the Member holds; empty when it is about Roles.' })
  permissionIds!: string[];
}

export const SeparationViolationConnection = connection(SeparationViolation, 'SeparationViolation');

@ArgsType()
export class SeparationRulesArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only rules of this Space.' })
  spaceId?: string | null;

  @Field(() => RightStatus, { nullable: true, description: 'Only rules with this status.' })
  status?: RightStatus | null;
}

@ArgsType()
export class SeparationViolationsArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => ID, { nullable: true, description: 'Only violations of this rule.' })
  ruleId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only violations by this Member.' })
  memberId?: string | null;
}

@InputType({ description: 'What a new rule keeps apart: two or more Roles, or two or more Permissions.' })
export class CreateSeparationRuleInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix sod_; made when absent.' })
  id?: string | null;

  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => [ID], { nullable: true, description: '2 to 100 Roles of the Space.' })
  roleIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: '2 to 100 Permissions.' })
  permissionIds?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'How many of them one Member may hold at once: at least one, fewer than all; one when absent.' })
  atMost?: number | null;
}

@InputType({ description: 'What to change of a rule; absent fields stay, and a rule about Roles stays one about Roles.' })
export class UpdateSeparationRuleInput extends ChangeInput {
  @Field(() => ID, { description: 'The rule.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  name?: string | null;

  @Field(() => [ID], { nullable: true, description: 'The Roles to keep apart from now on.' })
  roleIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'The Permissions to keep apart from now on.' })
  permissionIds?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'How many of them one Member may hold from now on.' })
  atMost?: number | null;
}

@InputType({ description: 'The rule to act on.' })
export class SeparationRuleIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The rule.' })
  id!: string;
}

const separationRule = { separationRule: { type: () => SeparationRule, description: 'The rule as it is now.' } };
export const CreateSeparationRulePayload = payload('CreateSeparationRulePayload', separationRule);
export const UpdateSeparationRulePayload = payload('UpdateSeparationRulePayload', separationRule);
export const DisableSeparationRulePayload = payload('DisableSeparationRulePayload', separationRule);
export const RestoreSeparationRulePayload = payload('RestoreSeparationRulePayload', separationRule);
