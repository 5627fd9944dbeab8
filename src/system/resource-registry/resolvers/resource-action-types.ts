import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, MutationInput, Node, PageArgs, payload, RiskLevel, VersionedNode } from '../../shared/resolvers/index.js';
import { RegistryStatus } from './enums.js';

@ObjectType('ResourceAction', { implements: Node, simpleResolvers: true, description: 'Something that can be done with Resources of one type.' })
export class ResourceAction extends VersionedNode {
  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key, unique in its type, such as approve; never changes.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'What the action does.' })
  description?: string | null;

  @Field(() => RiskLevel, { description: 'How much harm it can do.' })
  riskLevel!: RiskLevel;

  @Field(() => Boolean, { description: 'Whether every allow is recorded; denies always are.' })
  auditDefault!: boolean;

  @Field(() => RegistryStatus, { description: 'Whether decisions may use it.' })
  status!: RegistryStatus;
}

export const ResourceActionConnection = connection(ResourceAction, 'ResourceAction');

@ArgsType()
export class ResourceActionsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only actions of the type with this key.' })
  resourceType?: string | null;

  @Field(() => RiskLevel, { nullable: true, description: 'Only actions of this risk.' })
  riskLevel?: RiskLevel | null;

  @Field(() => RegistryStatus, { nullable: true, description: 'Only actions with this status.' })
  status?: RegistryStatus | null;
}

@InputType({ description: 'What a new action is.' })
export class CreateResourceActionInput extends MutationInput {
  @Field(() => ID, { nullable: true, description: 'Own id with the prefix ra_; made when absent.' })
  id?: string | null;

  @Field(() => String, { description: 'Key of the type.' })
  resourceType!: string;

  @Field(() => String, { description: 'Key, as the business system calls the action: a letter, then letters, digits, _ and -, at most 63 characters; compared byte by byte.' })
  key!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'What the action does, at most 2000 characters.' })
  description?: string | null;

  @Field(() => RiskLevel, { nullable: true, description: 'How much harm it can do; NORMAL when absent.' })
  riskLevel?: RiskLevel | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether every allow is recorded; true when absent.' })
  auditDefault?: boolean | null;
}

@InputType({ description: 'What to change of an action; absent fields stay.' })
export class UpdateResourceActionInput extends ChangeInput {
  @Field(() => ID, { description: 'The action.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'New name.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'New description; null removes it.' })
  description?: string | null;

  @Field(() => RiskLevel, { nullable: true, description: 'New risk.' })
  riskLevel?: RiskLevel | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether every allow is recorded from now on.' })
  auditDefault?: boolean | null;
}

@InputType({ description: 'The action to act on.' })
export class ResourceActionIdInput extends ChangeInput {
  @Field(() => ID, { description: 'The action.' })
  id!: string;
}

const resourceAction = { resourceAction: { type: () => ResourceAction, description: 'The action as it is now.' } };
export const CreateResourceActionPayload = payload('CreateResourceActionPayload', resourceAction);
export const UpdateResourceActionPayload = payload('UpdateResourceActionPayload', resourceAction);
export const DisableResourceActionPayload = payload('DisableResourceActionPayload', resourceAction);
export const RestoreResourceActionPayload = payload('RestoreResourceActionPayload', resourceAction);
