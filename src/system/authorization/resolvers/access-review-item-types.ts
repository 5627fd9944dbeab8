import { ArgsType, Field, ID, Int, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AccessReviewStatus, OrphanReason, ReviewItemResult, ReviewOutcome } from './access-review-enums.js';

@ObjectType('AccessReviewItem', { implements: Node, simpleResolvers: true, description: 'One assignment as it was frozen, and what was decided about it.' })
export class AccessReviewItem extends VersionedNode {
  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => ID, { description: 'Its review.' })
  reviewId!: string;

  @Field(() => ID, { description: 'The assignment.' })
  memberRoleId!: string;

  @Field(() => ID, { description: 'The Member who held the Role.' })
  memberId!: string;

  @Field(() => String, { description: 'What the Member is called now.' })
  memberDisplayName!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => String, { description: 'Key of the Role.' })
  roleKey!: string;

  @Field(() => String, { description: 'What the Role is called now.' })
  roleName!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which it was anchored.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => String, { nullable: true, description: 'Path of that Group then.' })
  scopeAnchorPath?: string | null;

  @Field(() => DateTimeScalar, { description: 'Since when it was in force.' })
  since!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would end.' })
  endsAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Condition under which it counted.' })
  condition?: string | null;

  @Field(() => [OrphanReason], { description: 'Why nobody could do anything by it; nothing when somebody could.' })
  orphanReasons!: readonly OrphanReason[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When something was last allowed by it, as the decision log knew then.' })
  lastUsedAt?: Date | null;

  @Field(() => Boolean, { description: 'Whether the decision log holds every use: false where the Role allows an action whose allows are only counted.' })
  usesAreRecorded!: boolean;

  @Field(() => ID, { nullable: true, description: 'The User who reviews it.' })
  reviewerUserId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Member as whom it is reviewed.' })
  reviewerMemberId?: string | null;

  @Field(() => ReviewOutcome, { nullable: true, description: 'What was decided; null while nothing is.' })
  outcome?: ReviewOutcome | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of who decided.' })
  comment?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided.' })
  decidedAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The User who decided.' })
  decidedByUserId?: string | null;

  @Field(() => ReviewItemResult, { nullable: true, description: 'What became of the assignment; null while the review is open.' })
  result?: ReviewItemResult | null;
}

export const AccessReviewItemConnection = connection(AccessReviewItem, 'AccessReviewItem');

@ObjectType('UnusedGrant', { simpleResolvers: true, description: 'An assignment in force by which nothing was allowed since a moment.' })
export class UnusedGrant {
  @Field(() => ID, { description: 'The assignment.' })
  memberRoleId!: string;

  @Field(() => ID, { description: 'The Member.' })
  memberId!: string;

  @Field(() => ID, { description: 'The Role.' })
  roleId!: string;

  @Field(() => ID, { nullable: true, description: 'Group at which it is anchored.' })
  scopeAnchorGroupId?: string | null;

  @Field(() => DateTimeScalar, { description: 'When the Role was first assigned so.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends.' })
  expiresAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When something was last allowed by it; null when nothing ever was.' })
  lastUsedAt?: Date | null;

  @Field(() => Boolean, { description: 'Whether the decision log holds every use: false where the Role allows an action whose allows are only counted.' })
  usesAreRecorded!: boolean;
}

export const UnusedGrantConnection = connection(UnusedGrant, 'UnusedGrant');

@ArgsType()
export class UnusedGrantsArgs extends PageArgs {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => DateTimeScalar, { description: 'Uses before this moment do not count.' })
  since!: Date;
}

@ArgsType()
abstract class ItemArgs extends PageArgs {
  @Field(() => ReviewOutcome, { nullable: true, description: 'Only those with this decision.' })
  outcome?: ReviewOutcome | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that are decided, or that are not.' })
  isDecided?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those by which nobody could do anything, or the others.' })
  isOrphan?: boolean | null;

  @Field(() => ReviewItemResult, { nullable: true, description: 'Only those of which this became.' })
  result?: ReviewItemResult | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this Member.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this Role.' })
  roleId?: string | null;
}

@ArgsType()
export class AccessReviewItemsArgs extends ItemArgs {
  @Field(() => ID, { description: 'The review.' })
  reviewId!: string;
}

@ArgsType()
export class MyReviewItemsArgs extends ItemArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this review.' })
  reviewId?: string | null;

  @Field(() => AccessReviewStatus, { nullable: true, description: 'Only those of reviews with this status.' })
  reviewStatus?: AccessReviewStatus | null;
}

@InputType({ description: 'What to decide about one item.' })
export class DecideAccessReviewItemInput extends ChangeInput {
  @Field(() => ID, { description: 'The item.' })
  id!: string;

  @Field(() => ReviewOutcome, { description: 'What is to become of the assignment.' })
  outcome!: ReviewOutcome;

  @Field(() => String, { nullable: true, description: 'Why, 1 to 1000 characters.' })
  comment?: string | null;
}

@InputType({ description: 'What to decide about many items alike.' })
export class DecideAccessReviewItemsInput extends MutationInput {
  @Field(() => [ID], { description: 'The items, at most 500.' })
  ids!: string[];

  @Field(() => ReviewOutcome, { description: 'What is to become of the assignments.' })
  outcome!: ReviewOutcome;

  @Field(() => String, { nullable: true, description: 'Why, 1 to 1000 characters.' })
  comment?: string | null;
}

export const DecideAccessReviewItemPayload = payload('DecideAccessReviewItemPayload', {
  accessReviewItem: { type: () => AccessReviewItem, description: 'The item as it is now.' },
});
export const DecideAccessReviewItemsPayload = payload('DecideAccessReviewItemsPayload', {
  decidedCount: { type: () => Int, description: 'Number of items that now say so.' },
});
