import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { Audited, Authenticated, Public } from '../../../shared/resolvers/index.js';
import { passwordChangeRef } from '../../services/credentials/password-change.js';
import { registrationRef } from '../../services/credentials/registration.js';
import { ChangePasswordInput, ChangePasswordPayload, RegisterInput, RegisterPayload } from './password-types.js';

@Resolver()
export class PasswordResolver {
  @Authenticated()
  @Audited('password.changed', 'password.change_failed', 'session.ended', 'link.revoked')
  @Mutation(() => ChangePasswordPayload, { nullable: true, description: 'Changes the password of the caller and ends its other sessions.' })
  changePassword(@Arg('input', () => ChangePasswordInput, { description: 'Old and new password.' }) input: ChangePasswordInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(passwordChangeRef).change(context, input);
  }

  @Public()
  @Audited('user.registered')
  @Mutation(() => RegisterPayload, { nullable: true, description: 'Makes a User without any right, where this instance lets people register.' })
  register(@Arg('input', () => RegisterInput, { description: 'The new User.' }) input: RegisterInput, @Ctx() context: RequestContext): Promise<object> {
    return context.services.get(registrationRef).register(context, input);
  }
}
