import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import type { SpaceRow } from '../entities/space.js';
import { spacesRef } from '../services/spaces.js';
import { may } from '../services/support/index.js';
import {
  CreateSpaceInput, CreateSpacePayload, DeleteSpacePayload, DisableSpacePayload, RestoreSpacePayload, Space, SpaceConnection,
  SpaceIdInput, SpacesArgs, UpdateSpaceInput, UpdateSpacePayload,
} from './space-types.js';

@Resolver(() => Space)
export class SpaceResolver {
  @RequiresScopes('spaces:read')
  @Query(() => SpaceConnection, { nullable: true, description: 'Spaces that the caller may read, by id.' })
  spaces(@Args(() => SpacesArgs) { status, search, ...page }: SpacesArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).list(context, { status, search }, page);
  }

  @RequiresScopes('spaces:read')
  @Query(() => Space, { nullable: true, description: 'One Space; null when it is absent or not for the caller.' })
  async space(@Arg('id', () => ID, { description: 'The Space.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(spacesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('spaces:manage')
  @Audited('space.created')
  @Mutation(() => CreateSpacePayload, { nullable: true, description: 'Creates a Space. Needs spaces:manage on the instance.' })
  createSpace(@Arg('input', () => CreateSpaceInput, { description: 'The new Space.' }) input: CreateSpaceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).create(context, input);
  }

  @RequiresScopes('spaces:manage')
  @Audited('space.updated')
  @Mutation(() => UpdateSpacePayload, { nullable: true, description: 'Changes a Space.' })
  updateSpace(@Arg('input', () => UpdateSpaceInput, { description: 'The change.' }) input: UpdateSpaceInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).update(context, input);
  }

  @RequiresScopes('spaces:manage')
  @Audited('space.disabled')
  @Mutation(() => DisableSpacePayload, { nullable: true, description: 'Disables a Space: every decision in it denies.' })
  disableSpace(@Arg('input', () => SpaceIdInput, { description: 'The Space.' }) input: SpaceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).disable(context, input);
  }

  @RequiresScopes('spaces:manage')
  @Audited('space.restored')
  @Mutation(() => RestoreSpacePayload, { nullable: true, description: 'Makes a disabled Space, or one that waits for its deletion, active again.' })
  restoreSpace(@Arg('input', () => SpaceIdInput, { description: 'The Space.' }) input: SpaceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).restore(context, input);
  }

  @RequiresScopes('spaces:manage')
  @Audited('space.deletion_requested')
  @Mutation(() => DeleteSpacePayload, { nullable: true, description: 'Begins the waiting time after which a Space and all in it are removed.' })
  deleteSpace(@Arg('input', () => SpaceIdInput, { description: 'The Space.' }) input: SpaceIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(spacesRef).delete(context, input);
  }

  @FieldResolver(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB; values under secret-looking keys are redacted.' })
  metadata(@Root() { metadata }: SpaceRow): unknown {
    return redacted(metadata);
  }

  @FieldResolver(() => Boolean, { description: 'The caller holds spaces:manage for it.' })
  viewerCanManage(@Root() row: SpaceRow, @Ctx() context: RequestContext): boolean {
    return may(context, 'spaces:manage', { spaceId: row.id });
  }
}
