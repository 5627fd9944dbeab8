import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Authenticated, Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { accessReviewQueriesRef } from '../services/access-reviews/access-review-queries.js';
import { accessReviewsRef } from '../services/access-reviews/access-reviews.js';
import { closingAccessReviewsRef } from '../services/access-reviews/closing-access-reviews.js';
import { encodeRevision } from '../services/revision-token.js';
import {
  AccessReview, AccessReviewConnection, AccessReviewResult, AccessReviewsArgs, CloseAccessReviewInput, CloseAccessReviewPayload, CreateAccessReviewInput,
  CreateAccessReviewPayload,
} from './access-review-types.js';

@Resolver(() => AccessReview)
export class AccessReviewResolver {
  @RequiresScopes('roles:read')
  @Query(() => AccessReviewConnection, { nullable: true, description: 'Reviews of access that the caller may read, newest first. Admins of a Group see those confined to it.' })
  accessReviews(@Args(() => AccessReviewsArgs) { first, after, last, before, ...filter }: AccessReviewsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewQueriesRef).list(context, filter, { first, after, last, before });
  }

  @Authenticated()
  @Query(() => AccessReview, { nullable: true, description: 'One review that the caller may read or takes part in; null when it is absent or not for the caller.' })
  async accessReview(@Arg('id', () => ID, { description: 'The review.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(accessReviewQueriesRef).byIds(context, [id]))[0];
  }

  @Cost(1_000)
  @RequiresScopes('roles:manage')
  @Audited('access_review.created')
  @Mutation(() => CreateAccessReviewPayload, { nullable: true, description: 'Begins a review: freezes all assignments in force that match, at one revision, and gives each its reviewer.' })
  createAccessReview(@Arg('input', () => CreateAccessReviewInput, { description: 'The review.' }) input: CreateAccessReviewInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewsRef).create(context, input);
  }

  @Cost(1_000)
  @RequiresScopes('roles:manage')
  @Audited('access_review.closed', 'member_role.revoked')
  @Mutation(() => CloseAccessReviewPayload, { nullable: true, description: 'Ends a review: revokes what is to be revoked, leaves alone what changed since, and signs the result.' })
  closeAccessReview(@Arg('input', () => CloseAccessReviewInput, { description: 'The review.' }) input: CloseAccessReviewInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(closingAccessReviewsRef).close(context, input);
  }

  @FieldResolver(() => String, { description: 'Revision of the facts at which the assignments were frozen.' })
  revision(@Root() { spaceId, spaceRev, instanceRev }: AccessReview): string {
    return encodeRevision(spaceId, { space: spaceRev, instance: instanceRev });
  }

  @FieldResolver(() => AccessReviewResult, { nullable: true, description: 'The signed result; null while it is open, and for who may not read all of it.' })
  result(@Root() { id }: AccessReview, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(accessReviewQueriesRef).resultOf(context, id);
  }
}
