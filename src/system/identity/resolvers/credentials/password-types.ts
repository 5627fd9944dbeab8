import { Field, InputType, Int } from 'type-graphql';
import { payload } from '../../../shared/resolvers/index.js';
import { Account } from './account-types.js';

// Inputs with a secret take no idempotency key: its record would keep a hash of the secret.
@InputType({ description: 'A change of the own password.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password as it is.' })
  currentPassword!: string;

  @Field(() => String, { description: 'The new password.' })
  newPassword!: string;
}

@InputType({ description: 'A new User.' })
export class RegisterInput {
  @Field(() => String, { description: 'E-mail address to sign in with.' })
  email!: string;

  @Field(() => String, { description: 'Password to sign in with.' })
  password!: string;

  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 200 characters.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'Token that the registration mode of this instance asks for.' })
  token?: string | null;
}

export const ChangePasswordPayload = payload('ChangePasswordPayload', {
  endedSessions: { type: () => Int, description: 'How many other sessions of the User ended with the old password.' },
});

export const RegisterPayload = payload('RegisterPayload', {
  accepted: { type: () => Boolean, description: 'True when the registration was taken. Where everybody may register, also when the address was taken before.' },
  user: { type: () => Account, description: 'The new User; only where registration needs a token.' },
});
