import { ArgsType, Field, ID, Int, InputType, ObjectType } from 'type-graphql';
import { ChangeInput, connection, DateTimeScalar, MutationInput, Node, PageArgs, payload, VersionedNode } from '../../shared/resolvers/index.js';
import { AccessReviewStatus, ReviewOutcome } from './access-review-enums.js';

@ObjectType('AccessReviewResult', { simpleResolvers: true, description: 'The signed result of a review. Verify it with the published key set.' })
export class AccessReviewResult {
  @Field(() => String, { description: 'JWS in its compact form over the canonical JSON of the review: revision, population, each outcome. Its typ is access-review+json.' })
  jws!: string;

  @Field(() => String, { description: 'SHA-256 of the signed payload in hexadecimal digits; the audit event of the closing names it too.' })
  sha256!: string;
}

@ObjectType('AccessReview', { implements: Node, simpleResolvers: true, description: 'A review of all assignments in force at one revision that match its filter.' })
export class AccessReview extends VersionedNode {
  @Field(() => ID, { description: 'Its Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'Only what is anchored at this Group or below it was taken.' })
  groupId?: string | null;

  @Field(() => [ID], { description: 'Only these Roles were taken; all of them when there is none.' })
  roleIds!: readonly string[];

  @Field(() => ReviewOutcome, { description: 'What becomes of items that nobody decided.' })
  undecided!: ReviewOutcome;

  @Field(() => DateTimeScalar, { description: 'From this moment on it takes no decisions and can only be closed.' })
  dueAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The User who began it; null for an API key.' })
  createdByUserId?: string | null;

  @Field(() => Int, { description: 'Number of assignments that were frozen.' })
  population!: number;

  @Field(() => Int, { description: 'Number of them by which nobody could do anything.' })
  orphans!: number;

  @Field(() => String, { description: 'SHA-256, in hexadecimal digits, of the canonical JSON of the frozen items in the order of their ids.' })
  itemsSha256!: string;

  @Field(() => AccessReviewStatus, { description: 'Whether it still takes decisions.' })
  status!: AccessReviewStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was closed.' })
  closedAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'The User who closed it; null for an API key.' })
  closedByUserId?: string | null;

  /** Numbers of the revision; shown as one token. */
  readonly spaceRev!: number;
  readonly instanceRev!: number;
}

export const AccessReviewConnection = connection(AccessReview, 'AccessReview');

@ArgsType()
export class AccessReviewsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this Space.' })
  spaceId?: string | null;

  @Field(() => AccessReviewStatus, { nullable: true, description: 'Only those with this status.' })
  status?: AccessReviewStatus | null;
}

@InputType({ description: 'Who reviews: a User, or whoever acts as a Member; one of the two.' })
export class ReviewerInput {
  @Field(() => ID, { nullable: true, description: 'A User who acts as a Member of the Space, or the caller.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A Member of the Space.' })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Reviews what is anchored at this Group or below it, as far as no reviewer is nearer; everything else when absent.' })
  groupId?: string | null;
}

@InputType({ description: 'The review to begin.' })
export class CreateAccessReviewInput extends MutationInput {
  @Field(() => ID, { description: 'The Space.' })
  spaceId!: string;

  @Field(() => String, { description: 'Name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'Until when items are decided; within 366 days.' })
  dueAt!: Date;

  @Field(() => [ID], { nullable: true, description: 'Only assignments of these Roles, at most 200.' })
  roleIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only assignments anchored at this Group or below it.' })
  groupId?: string | null;

  @Field(() => ReviewOutcome, { description: 'What becomes of items that nobody decides.' })
  undecided!: ReviewOutcome;

  @Field(() => [ReviewerInput], { nullable: true, description: 'Reviewers, at most 200: one for each Group, and one for everything else.' })
  reviewers?: ReviewerInput[] | null;

  @Field(() => ReviewerInput, { nullable: true, description: 'Reviews what no other reviewer has, and what another one holds itself; the caller when absent.' })
  fallbackReviewer?: ReviewerInput | null;
}

@InputType({ description: 'The review to close.' })
export class CloseAccessReviewInput extends ChangeInput {
  @Field(() => ID, { description: 'The review.' })
  id!: string;
}

const accessReview = { accessReview: { type: () => AccessReview, description: 'The review as it is now.' } };
export const CreateAccessReviewPayload = payload('CreateAccessReviewPayload', accessReview);
export const CloseAccessReviewPayload = payload('CloseAccessReviewPayload', accessReview);
