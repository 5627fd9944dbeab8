import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, Authenticated, Cost, RequiresScopes } from '../../shared/resolvers/index.js';
import { accessReviewDecisionsRef } from '../services/access-reviews/access-review-decisions.js';
import { accessReviewQueriesRef } from '../services/access-reviews/access-review-queries.js';
import { unusedGrantsRef } from '../services/access-reviews/unused-grants.js';
import {
  AccessReviewItemConnection, AccessReviewItemsArgs, DecideAccessReviewItemInput, DecideAccessReviewItemPayload, DecideAccessReviewItemsInput,
  DecideAccessReviewItemsPayload, MyReviewItemsArgs, UnusedGrantConnection, UnusedGrantsArgs,
} from './access-review-item-types.js';

@Resolver()
export class AccessReviewItemResolver {
  @Authenticated()
  @Query(() => AccessReviewItemConnection, { nullable: true, description: 'Items of a review that the caller may read or reviews, by id.' })
  accessReviewItems(@Args(() => AccessReviewItemsArgs) { first, after, last, before, ...filter }: AccessReviewItemsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewQueriesRef).items(context, filter, { first, after, last, before });
  }

  @Authenticated()
  @Query(() => AccessReviewItemConnection, { nullable: true, description: 'Items that the caller reviews, by id.' })
  myReviewItems(@Args(() => MyReviewItemsArgs) { first, after, last, before, ...filter }: MyReviewItemsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewQueriesRef).ownItems(context, filter, { first, after, last, before });
  }

  @Cost(500)
  @RequiresScopes('roles:read')
  @Query(() => UnusedGrantConnection, { nullable: true, description: 'Assignments in force by which nothing was allowed since a moment, as the decision log knows. Admins of a Group see what is anchored inside it.' })
  unusedGrants(@Args(() => UnusedGrantsArgs) { spaceId, since, ...page }: UnusedGrantsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(unusedGrantsRef).list(context, { spaceId, since }, page);
  }

  @Authenticated()
  @Audited('access_review.item_decided')
  @Mutation(() => DecideAccessReviewItemPayload, { nullable: true, description: 'Decides about one item, as its reviewer or as who may give the Role at its place; never about access of one\'s own.' })
  decideAccessReviewItem(@Arg('input', () => DecideAccessReviewItemInput, { description: 'The decision.' }) input: DecideAccessReviewItemInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewDecisionsRef).decide(context, input);
  }

  @Authenticated()
  @Audited('access_review.item_decided')
  @Mutation(() => DecideAccessReviewItemsPayload, { nullable: true, description: 'Decides about many items alike: about all of them, or about none.' })
  decideAccessReviewItems(@Arg('input', () => DecideAccessReviewItemsInput, { description: 'The decision.' }) input: DecideAccessReviewItemsInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(accessReviewDecisionsRef).decideMany(context, input);
  }
}
