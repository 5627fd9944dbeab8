import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, PageArgs, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import type { GroupRow } from '../entities/group.js';
import { groupQueriesRef, groupsRef } from '../services/groups/index.js';
import { identityLoadersRef } from '../services/loaders.js';
import { may } from '../services/support/index.js';
import {
  CreateGroupInput, CreateGroupPayload, DisableGroupPayload, Group, GroupConnection, GroupIdInput, GroupsArgs, GroupTreeArgs, MoveGroupInput,
  MoveGroupPayload, RestoreGroupPayload, UpdateGroupInput, UpdateGroupPayload,
} from './group-types.js';
import { Space } from './space-types.js';

@Resolver(() => Group)
export class GroupResolver {
  @RequiresScopes('groups:read')
  @Query(() => GroupConnection, { nullable: true, description: 'Groups of a Space that the caller may read, by path: each stands after its parent.' })
  groups(@Args(() => GroupsArgs) { spaceId, status, parentGroupId, search, ...page }: GroupsArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupQueriesRef).list(context, { spaceId, status, parentGroupId, search }, page);
  }

  @RequiresScopes('groups:read')
  @Query(() => GroupConnection, { nullable: true, description: 'The topmost Groups that the caller may read, or the given one; ask each for its children.' })
  groupTree(@Args(() => GroupTreeArgs) { spaceId, rootId, ...page }: GroupTreeArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupQueriesRef).roots(context, spaceId, rootId ?? undefined, page);
  }

  @RequiresScopes('groups:read')
  @Query(() => Group, { nullable: true, description: 'One Group; null when it is absent or not for the caller.' })
  async group(@Arg('id', () => ID, { description: 'The Group.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(groupQueriesRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('groups:manage')
  @Audited('group.created')
  @Mutation(() => CreateGroupPayload, { nullable: true, description: 'Creates a Group under a parent, or a root. Needs groups:manage at the parent.' })
  createGroup(@Arg('input', () => CreateGroupInput, { description: 'The new Group.' }) input: CreateGroupInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupsRef).create(context, input);
  }

  @RequiresScopes('groups:manage')
  @Audited('group.updated')
  @Mutation(() => UpdateGroupPayload, { nullable: true, description: 'Changes a Group; a new key renames the paths below it too.' })
  updateGroup(@Arg('input', () => UpdateGroupInput, { description: 'The change.' }) input: UpdateGroupInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupsRef).update(context, input);
  }

  @RequiresScopes('groups:manage')
  @Audited('group.disabled')
  @Mutation(() => DisableGroupPayload, { nullable: true, description: 'Disables a Group.' })
  disableGroup(@Arg('input', () => GroupIdInput, { description: 'The Group.' }) input: GroupIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupsRef).disable(context, input);
  }

  @RequiresScopes('groups:manage')
  @Audited('group.restored')
  @Mutation(() => RestoreGroupPayload, { nullable: true, description: 'Makes a disabled Group active again.' })
  restoreGroup(@Arg('input', () => GroupIdInput, { description: 'The Group.' }) input: GroupIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupsRef).restore(context, input);
  }

  @RequiresScopes('groups:manage')
  @Audited('group.moved')
  @Mutation(() => MoveGroupPayload, { nullable: true, description: 'Moves a Group with all below it. Needs groups:manage at both places.' })
  moveGroup(@Arg('input', () => MoveGroupInput, { description: 'The Group and its new parent.' }) input: MoveGroupInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(groupsRef).move(context, input);
  }

  @FieldResolver(() => GroupConnection, { nullable: true, description: 'The Groups directly below, by sort order and key.' })
  children(@Root() { id }: GroupRow, @Args(() => PageArgs) { first, after, last, before }: PageArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(identityLoadersRef).groupChildren.load({ parentId: id, page: { first, after, last, before } });
  }

  @FieldResolver(() => Group, { nullable: true, description: 'The Group above; null for a root and when the caller may not read it.' })
  async parent(@Root() { parentGroupId }: GroupRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return parentGroupId === null || parentGroupId === undefined ? undefined : context.services.get(identityLoadersRef).groups.load(parentGroupId);
  }

  @FieldResolver(() => Space, { nullable: true, description: 'Its Space; null when the caller may not read it.' })
  space(@Root() row: GroupRow, @Ctx() context: RequestContext): Promise<object | undefined> {
    return context.services.get(identityLoadersRef).spaces.load(row.spaceId);
  }

  @FieldResolver(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB; values under secret-looking keys are redacted.' })
  metadata(@Root() { metadata }: GroupRow): unknown {
    return redacted(metadata);
  }

  @FieldResolver(() => Boolean, { description: 'The caller holds groups:manage for it.' })
  viewerCanManage(@Root() row: GroupRow, @Ctx() context: RequestContext): boolean {
    return may(context, 'groups:manage', { spaceId: row.spaceId, groupPath: row.path });
  }
}
