import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../shared/contracts/index.js';
import { Audited, JsonScalar, RequiresScopes } from '../../shared/resolvers/index.js';
import { redacted } from '../../shared/services/index.js';
import type { UserRow } from '../entities/user.js';
import { may } from '../services/support/index.js';
import { usersRef } from '../services/users.js';
import {
  CreateUserInput, CreateUserPayload, DisableUserPayload, RestoreUserPayload, UpdateUserInput, UpdateUserPayload, User, UserConnection,
  UserIdInput, UsersArgs,
} from './user-types.js';

@Resolver(() => User)
export class UserResolver {
  @RequiresScopes('users:read')
  @Query(() => UserConnection, { nullable: true, description: 'Users that the caller may read, by id: all of the instance, or those bound to Spaces of the reach.' })
  users(@Args(() => UsersArgs) { email, status, search, ...page }: UsersArgs, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(usersRef).list(context, { email, status, search }, page);
  }

  @RequiresScopes('users:read')
  @Query(() => User, { nullable: true, description: 'One User; null when it is absent or not for the caller.' })
  async user(@Arg('id', () => ID, { description: 'The User.' }) id: string, @Ctx() context: RequestContext): Promise<object | undefined> {
    return (await context.services.get(usersRef).byIds(context, [id]))[0];
  }

  @RequiresScopes('users:manage')
  @Audited('user.created')
  @Mutation(() => CreateUserPayload, { nullable: true, description: 'Creates a User without password or rights. Needs users:manage on the instance.' })
  createUser(@Arg('input', () => CreateUserInput, { description: 'The new User.' }) input: CreateUserInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(usersRef).create(context, input);
  }

  @RequiresScopes('users:manage')
  @Audited('user.updated')
  @Mutation(() => UpdateUserPayload, { nullable: true, description: 'Changes a User.' })
  updateUser(@Arg('input', () => UpdateUserInput, { description: 'The change.' }) input: UpdateUserInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(usersRef).update(context, input);
  }

  @RequiresScopes('users:manage')
  @Audited('user.disabled', 'session.ended')
  @Mutation(() => DisableUserPayload, { nullable: true, description: 'Disables a User and ends its sessions.' })
  disableUser(@Arg('input', () => UserIdInput, { description: 'The User.' }) input: UserIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(usersRef).disable(context, input);
  }

  @RequiresScopes('users:manage')
  @Audited('user.restored')
  @Mutation(() => RestoreUserPayload, { nullable: true, description: 'Makes a disabled User active again; its sessions stay ended.' })
  restoreUser(@Arg('input', () => UserIdInput, { description: 'The User.' }) input: UserIdInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(usersRef).restore(context, input);
  }

  @FieldResolver(() => JsonScalar, { description: 'Free data of its owner, at most 16 KiB; values under secret-looking keys are redacted.' })
  metadata(@Root() { metadata }: UserRow): unknown {
    return redacted(metadata);
  }

  @FieldResolver(() => Boolean, { description: 'The caller holds users:manage for it.' })
  viewerCanManage(@Root() _row: UserRow, @Ctx() context: RequestContext): boolean {
    return may(context, 'users:manage', {});
  }
}
